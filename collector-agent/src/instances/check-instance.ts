import type { CheckAnswer, Connection } from '@trunkline/api/agent-client'
import { majorOf, oldestMajor } from '../readers/liveness.ts'
import { readRows } from '../run-probe.ts'
import { connectProblem, quoteName } from './connect-problem.ts'
import { openSession, type Row, type Session } from './session.ts'

type Problem = CheckAnswer['problems'][number]

const deadlineMs = 5_000

/** Whether a server can be watched with this connection; if not, what keeps it from it and what mends that. */
export async function checkInstance(connection: Connection): Promise<CheckAnswer> {
  try {
    const applicationName = 'trunkline_agent/check'
    await using session = await openSession({ connection, applicationName, deadlineMs })
    return await checkServer(session, connection)
  } catch (error) {
    return { ...unknownServer, problems: [connectProblem(error, connection)] }
  }
}

const unknownServer = { ok: false, serverVersion: null, systemIdentifier: null }

async function checkServer(session: Session, connection: Connection): Promise<CheckAnswer> {
  const version = session.parameters['server_version']
  const serverVersion = version === undefined ? null : String(version)
  if (majorOf(session) < oldestMajor) {
    const problem = `The server's version is ${serverVersion ?? 'unknown'}; PostgreSQL ${oldestMajor} or newer is needed.`
    return { ...unknownServer, serverVersion, problems: [{ problem, mend: null }] }
  }
  const [found] = await readRows(session, { name: 'check', sql: roleSql, timeoutMs: deadlineMs })
  const { blocking, advice } = roleProblems(found ?? {}, connection)
  const id = found?.['system_identifier']
  const systemIdentifier = typeof id === 'string' ? id : null
  const problems = [...blocking, ...advice]
  return { ok: blocking.length === 0, serverVersion, systemIdentifier, problems }
}

const roleSql = `
  select rolsuper                                           as is_superuser,
         rolconnlimit::int8                                 as connection_limit,
         pg_has_role(current_user, 'pg_monitor', 'usage')   as is_monitor,
         (select system_identifier::text
            from pg_control_system())                       as system_identifier
    from pg_roles
   where rolname = current_user`

/** The sessions that an instance may need at one time. */
const sessionsNeeded = 3

function roleProblems(role: Row, { user }: Connection): { blocking: Problem[]; advice: Problem[] } {
  const name = quoteName(user)
  const blocking: Problem[] = []
  const advice: Problem[] = []
  if (role['is_monitor'] !== true) {
    blocking.push({
      problem: `The role ${name} may not read the server's statistics: it is not a member of pg_monitor.`,
      mend: `GRANT pg_monitor TO ${name};`,
    })
  }
  const limit = Number(role['connection_limit'] ?? -1)
  if (limit >= 0 && limit < sessionsNeeded) {
    blocking.push({
      problem: `The role ${name} may have only ${limit} connections; ${sessionsNeeded} are needed.`,
      mend: `ALTER ROLE ${name} CONNECTION LIMIT ${sessionsNeeded};`,
    })
  }
  if (role['is_superuser'] === true) {
    advice.push({
      problem: `The role ${name} is a superuser; watching needs no more than pg_monitor.`,
      mend: `CREATE ROLE trunkline_monitor LOGIN PASSWORD '…' IN ROLE pg_monitor CONNECTION LIMIT ${sessionsNeeded};`,
    })
  }
  return { blocking, advice }
}
