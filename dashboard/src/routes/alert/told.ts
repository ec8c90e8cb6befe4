const words: Record<string, string> = {
  told: 'told',
  below_route: 'not told: no route wants this level',
  no_route: 'not told: no route matches',
  not_notifying: '',
  acknowledged: 'not told: acknowledged',
}

/** Why a transition was or was not told, in words; nothing where nobody would expect it to be. */
export function toldWords(told: string): string {
  const known = words[told]
  if (known !== undefined) return known
  const [reason, by] = told.split(':', 2)
  return by
    ? `not told: ${reason?.replaceAll('_', ' ')} ${by}`
    : `not told: ${told.replaceAll('_', ' ')}`
}
