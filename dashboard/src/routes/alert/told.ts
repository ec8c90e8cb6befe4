const told: Record<string, string> = {
  told: 'told',
  below_route: 'not told: no route wants this level',
  no_route: 'not told: no route matches',
  no_channel: 'not told: there is no channel',
  not_notifying: '',
  never_told: 'not told: nobody knew of it',
  acknowledged: 'not told: acknowledged',
}

/** Why a transition was or was not told, in words; nothing where nobody would expect it to be. */
export function toldWords(code: string): string {
  const known = told[code]
  if (known !== undefined) return known
  const [reason, by] = code.split(':', 2)
  const words = reason?.replaceAll('_', ' ') ?? ''
  return by ? `not told: ${words} ${by}` : `not told: ${words}`
}

const reasons: Record<string, string> = {
  threshold: 'by its threshold',
  row_gone: 'its condition is no longer there',
  no_data: 'no data comes any more',
  instance_removed: 'its instance was removed',
  rule_disabled: 'its rule was switched off',
  rule_removed: 'its rule is no longer there',
}

/** Why a transition came about, in words. A person's own act needs none. */
export function reasonWords(reason: string, actor: string | null): string {
  return actor !== null ? '' : (reasons[reason] ?? reason.replaceAll('_', ' '))
}
