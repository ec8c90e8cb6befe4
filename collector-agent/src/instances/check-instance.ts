import type { AgentRequest, CheckAnswer, Connection } from '@trunkline/api/agent-client'
import { majorOf, newestMajor, oldestMajor, versionProblem } from '../readers/liveness.ts'
import { connectProblem } from './connect-problem.ts'
import { readRole, roleQuestions, type RoleQuestion } from './role-problems.ts'
import { openSession, type Session } from './session.ts'

type Problem = CheckAnswer['problems'][number]
type Question = Pick<Extract<AgentRequest, { kind: 'check_instance' }>, 'connection' | 'actor'>

const deadlineMs = 5_000

/**
 * Whether a server can be watched with this connection, and mended with the role for runbooks; if not, what keeps it from
 * it and what mends that. Both roles are tried at the same time, so that one answer tells all.
 */
export async function checkInstance({ connection, actor }: Question): Promise<CheckAnswer> {
  const [monitor, other] = await Promise.all([
    tryRole(connection, roleQuestions.monitor),
    actor && tryRole({ ...connection, ...actor }, roleQuestions.actor),
  ])
  const both = other ? [monitor, other] : [monitor]
  const blocking = both.flatMap((tried) => tried.blocking)
  return {
    ok: blocking.length === 0,
    serverVersion: monitor.serverVersion,
    systemIdentifier: monitor.systemIdentifier,
    // What keeps out both roles, such as a server that is down, is said once.
    problems: unique([...blocking, ...both.flatMap((tried) => tried.advice)]),
  }
}

interface Tried {
  serverVersion: string | null
  systemIdentifier: string | null
  blocking: Problem[]
  advice: Problem[]
}

const nothing: Tried = { serverVersion: null, systemIdentifier: null, blocking: [], advice: [] }

async function tryRole(connection: Connection, question: RoleQuestion): Promise<Tried> {
  try {
    const applicationName = 'trunkline_agent/check'
    await using session = await openSession({ connection, applicationName, deadlineMs })
    return await checkServer(session, { connection, question })
  } catch (error) {
    return { ...nothing, blocking: [await connectProblem(error, connection)] }
  }
}

async function checkServer(
  session: Session,
  { connection, question }: { connection: Connection; question: RoleQuestion },
): Promise<Tried> {
  const version = session.parameters['server_version']
  const serverVersion = version === undefined ? null : String(version)
  const major = majorOf(session)
  if (major < oldestMajor) {
    const mend = `Upgrade the server, and add it then: ${oldestMajor} to ${newestMajor} are supported.`
    const problem = versionProblem(serverVersion)
    return { ...nothing, serverVersion, blocking: [{ problem, mend }] }
  }
  const { blocking, advice, systemIdentifier } = await readRole(session, {
    user: connection.user,
    question,
    deadlineMs,
  })
  const untested = major > newestMajor ? [newerVersion(serverVersion)] : []
  return { serverVersion, systemIdentifier, blocking, advice: [...untested, ...advice] }
}

function newerVersion(version: string | null): Problem {
  return {
    problem: `The server's version is ${version}; Trunkline is tested with ${oldestMajor} to ${newestMajor}, and asks a newer one what it asks ${newestMajor}.`,
    mend: 'Nothing now; should a probe fail there, the rule probeFailing says so.',
  }
}

function unique(problems: Problem[]): Problem[] {
  return [...new Map(problems.map((one) => [one.problem, one])).values()]
}
