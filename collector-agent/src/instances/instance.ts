import { durationMs, type Probe } from '@trunkline/probes'
import type { AgentConfig, Connection } from '@trunkline/api/agent-client'
import { readLiveness, type Liveness } from '../readers/liveness.ts'
import { appliesTo, runProbe, type Outcome, type Server } from '../run-probe.ts'
import { createTurns } from '../turns.ts'
import { listDatabases, runInDatabases } from './databases.ts'
import { failureOf } from './failure.ts'
import { connectDeadlineMs, createKeptSession } from './kept-session.ts'
import { openSession, type Session, type SessionOptions } from './session.ts'

export type InstanceDefinition = AgentConfig['instances'][number]

/**
 * One monitored server. Never more than three sessions on it: one kept for the probes of the instance, one made anew each
 * time to ask whether it takes connections, and one for whatever else, in turn.
 */
export interface Instance extends AsyncDisposable {
  readonly definition: InstanceDefinition
  /** What the server was when it was last asked. */
  readonly liveness: Liveness | undefined
  checkLiveness(probe: Probe): Promise<Liveness>
  /** `undefined` when the server is not up or the probe does not apply to it. */
  run(name: string, probe: Probe): Promise<Outcome | undefined>
  /** A session of its own, when it is its turn. */
  withSession<T>(options: OwnSession, use: (session: Session) => Promise<T>): Promise<T>
}

export type OwnSession = Omit<SessionOptions, 'connection' | 'deadlineMs'> & {
  as?: Partial<Connection>
}

/** `onSessionLost`: the kept session is gone, and likely the server with it. */
export function createInstance(
  definition: InstanceDefinition,
  onSessionLost: () => void,
): Instance {
  const { connection } = definition
  const main = createKeptSession(connection, onSessionLost)
  const inOwnTurn = createTurns()
  let liveness: Liveness | undefined

  const withSession: Instance['withSession'] = ({ as, ...options }, use) =>
    inOwnTurn(async () => {
      const opening = {
        ...options,
        connection: { ...connection, ...as },
        deadlineMs: connectDeadlineMs,
      }
      await using session = await openSession(opening)
      return await use(session)
    })

  const withMain: WithMain = (probe, use) =>
    main
      .use(async (open) => {
        // Looked at only now: the server may have gone while this waited for its turn.
        const server = applicable(probe, liveness)
        return server && use(await open(), server)
      })
      .catch((error: unknown) => ({ kind: 'disconnected', failure: failureOf(error) }) as const)

  return {
    definition,
    get liveness() {
      return liveness
    },
    async checkLiveness(probe) {
      liveness = await checkConnection(connection, probe)
      return liveness
    },
    run: (name, probe) =>
      probe.scope === 'database'
        ? runEverywhere({ name, probe }, { withMain, withSession })
        : withMain(probe, (session, server) => runProbe({ name, probe, server, session })),
    withSession,
    [Symbol.asyncDispose]: () => main[Symbol.asyncDispose](),
  }
}

type WithMain = <T>(
  probe: Probe,
  use: (session: Session, server: Server) => Promise<T>,
) => Promise<T | Outcome | undefined>

async function runEverywhere(
  { name, probe }: { name: string; probe: Probe },
  { withMain, withSession }: { withMain: WithMain; withSession: Instance['withSession'] },
): Promise<Outcome | undefined> {
  const found = await withMain(probe, async (session, server) => ({
    kind: 'databases' as const,
    server,
    databases: await listDatabases(session, name),
  }))
  if (found?.kind !== 'databases') return found
  const applicationName = `trunkline_agent/${name}`
  return runInDatabases({
    ...found,
    name,
    probe,
    withSession: (database, use) => withSession({ applicationName, as: { database } }, use),
  })
}

/** The server, when it is up and the probe has something to ask it. */
function applicable(probe: Probe, liveness: Liveness | undefined): Server | undefined {
  const { state, major, inRecovery = false } = liveness ?? {}
  if (state !== 'up' || major === undefined) return undefined
  return appliesTo(probe, { major, inRecovery }) ? { major, inRecovery } : undefined
}

function checkConnection(connection: Connection, probe: Probe): Promise<Liveness> {
  const deadlineMs = durationMs(probe.timeout)
  const open = () =>
    openSession({
      connection,
      deadlineMs,
      applicationName: 'trunkline_agent/instance',
      settings: { statement_timeout: deadlineMs },
    })
  return readLiveness(probe, open, deadlineMs)
}
