import type { CheckAnswer } from '@trunkline/api/agent-client'
import { readRows } from '../run-probe.ts'
import { quoteName } from './connect-problem.ts'
import type { Session } from './session.ts'

type Problem = CheckAnswer['problems'][number]

/** What a role of ours needs on a server. */
export interface RoleQuestion {
  /** The roles it must be a member of, and what it may not do without. */
  memberships: Readonly<Record<string, string>>
  /** The sessions that it may need at one time. */
  sessions: number
  /** Said of a superuser. */
  isEnough: string
}

export const roleQuestions = {
  monitor: {
    memberships: { pg_monitor: "read the server's statistics" },
    sessions: 3,
    isEnough: 'watching needs no more than pg_monitor',
  },
  actor: {
    memberships: {
      pg_signal_backend: 'stop sessions',
      pg_read_all_stats: 'see whose session it would stop',
    },
    sessions: 1,
    isEnough: 'runbooks need no more than pg_signal_backend and pg_read_all_stats',
  },
} as const satisfies Record<string, RoleQuestion>

interface Found {
  systemIdentifier: string | null
  blocking: Problem[]
  advice: Problem[]
}

/** What the role of a session lacks, and what it had better not have. */
export async function readRole(
  session: Session,
  asked: { user: string; question: RoleQuestion; deadlineMs: number },
): Promise<Found> {
  const { user, question, deadlineMs } = asked
  const sql = roleSql(Object.keys(question.memberships))
  const [role = {}] = await readRows(session, { name: 'check', sql, timeoutMs: deadlineMs })
  const id = role['system_identifier']
  const name = quoteName(user)
  return {
    systemIdentifier: typeof id === 'string' ? id : null,
    blocking: [
      ...Object.entries(question.memberships)
        .filter(([group]) => role[group] !== true)
        .map(([group, what]) => ({
          problem: `The role ${name} may not ${what}: it is not a member of ${group}.`,
          mend: `GRANT ${group} TO ${name};`,
        })),
      ...tooFew(Number(role['connection_limit'] ?? -1), { name, question }),
    ],
    advice: role['is_superuser'] === true ? [superuser(name, question)] : [],
  }
}

/** Names of groups are ours: nothing in them needs quoting. */
function roleSql(groups: readonly string[]): string {
  const memberships = groups.map((group) => `pg_has_role('${group}', 'usage') as ${group},`)
  return `
  select rolsuper                                           as is_superuser,
         rolconnlimit::int8                                 as connection_limit,
         ${memberships.join('\n         ')}
         (select system_identifier::text
            from pg_control_system())                       as system_identifier
    from pg_roles
   where rolname = current_user`
}

function tooFew(
  limit: number,
  { name, question: { sessions } }: { name: string; question: RoleQuestion },
): Problem[] {
  if (limit < 0 || limit >= sessions) return []
  return [
    {
      problem: `The role ${name} may have only ${limit} connections; ${sessions} are needed.`,
      mend: `ALTER ROLE ${name} CONNECTION LIMIT ${sessions};`,
    },
  ]
}

function superuser(name: string, { memberships, isEnough }: RoleQuestion): Problem {
  const groups = Object.keys(memberships)
  const role = groups.includes('pg_monitor') ? 'trunkline_monitor' : 'trunkline_actor'
  return {
    problem: `The role ${name} is a superuser; ${isEnough}.`,
    mend: `CREATE ROLE ${role} LOGIN PASSWORD '…' IN ROLE ${groups.join(', ')} CONNECTION LIMIT 5;`,
  }
}
