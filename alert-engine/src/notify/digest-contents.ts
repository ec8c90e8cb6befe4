import type { ClaimedDigest, DigestMember } from '@trunkline/api/repository'
import { cleanLine } from './clean.ts'
import type { Contents } from './contents.ts'

const levels = ['normal', 'info', 'warning', 'critical']
const most = 20

/** Many messages as one mail: how many of what, and the worst of them. */
export function digestContentsOf({
  digest: { members, attempt },
  publicUrl,
}: {
  digest: Pick<ClaimedDigest, 'members' | 'attempt'>
  publicUrl: string
}): Contents {
  const base = publicUrl.replace(/\/+$/, '')
  const shown = members.slice(0, most)
  const left = members.length - shown.length
  return {
    title: titleOf(members),
    notes: [
      'So many messages came at once that they are told in one.',
      attempt > 1 ? `This is attempt ${attempt}: you may have received this message before.` : '',
      left > 0 ? `Shown are the worst ${most}; ${left} more are on the page.` : '',
    ].filter((note) => note !== ''),
    facts: [...counts(members)].map(([name, count]) => [name, String(count)]),
    advice:
      'Many alerts at once usually have one cause. Look first for what is common to them: a host, a network, a server that others wait for.',
    actions: { title: '', lines: [] },
    evidence: {
      columns: ['alert', 'page'],
      rows: shown.map(({ subject, alertId }) => [
        cleanLine(subject, 300),
        `${base}/alerts/${alertId}`,
      ]),
    },
    link: `${base}/alerts`,
  }
}

/** As in `[critical] 240 critical, 7 warning, 12 resolved at once`. */
export function digestSubjectOf(members: readonly DigestMember[]): string {
  const [worst] = members
  const isOver = worst?.kind === 'resolved'
  return `[${isOver ? 'resolved' : (levels[worst?.toLevel ?? 0] ?? 'firing')}] ${titleOf(members)}`
}

function titleOf(members: readonly DigestMember[]): string {
  const parts = [...counts(members)].map(([name, count]) => `${count} ${name}`)
  return `${parts.join(', ')} at once`
}

/** Members are in order, so that the worst is counted first. */
function counts(members: readonly DigestMember[]): Map<string, number> {
  const found = new Map<string, number>()
  for (const { kind, toLevel } of members) {
    const name = kind === 'resolved' ? 'resolved' : (levels[toLevel] ?? 'firing')
    found.set(name, (found.get(name) ?? 0) + 1)
  }
  return found
}
