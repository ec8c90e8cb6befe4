import { hostname } from 'node:os'
import { connectRepository } from '../repository/index.ts'
import { createAgentApp } from './agents/app.ts'
import { keepServerCertificate } from './agents/server-certificate.ts'
import { createWorkQueue } from './agents/work-queue.ts'
import { createApp } from './app.ts'
import { sessionCookie } from './auth/credentials.ts'
import { createPasswords } from './auth/passwords.ts'
import { createThrottle } from './auth/throttle.ts'
import { hostInUrl, type Config } from './config.ts'
import { createLiveEvents } from './events/live-events.ts'
import { listen, listenTls, type Listener, type TlsListener } from './listen.ts'
import type { Log } from './log.ts'
import { createMetrics } from './metrics.ts'
import { openHome, type Home } from './open-home.ts'
import { readPages } from './pages.ts'
import { keepRepository } from './prepare-repository.ts'
import { createReadiness } from './readiness.ts'

export interface Api extends AsyncDisposable {
  url: string
  agentUrl: string
  caPin: string
  adminToken: string
}

interface Options {
  config: Config
  log: Log
  now: () => Date
}

/** No request waits longer for the repository. */
const deadlineMs = 8_000
const connections = 10

/** Listens at once, also while the repository is away; answers 503 until it is there and migrated. */
export async function startApi(options: Options): Promise<Api> {
  const { config, log, now } = options
  await using stack = new AsyncDisposableStack()
  const home = await openHome(config, now())
  const parts = await openParts(stack, { ...options, home })
  const agents = stack.use(await listenForAgents(parts))
  const agentUrl = `https://${outsideName(config.agentListen.host)}:${agents.port}`
  const users = stack.use(await listenForUsers(parts, agentUrl))
  const stop = new AbortController()
  const kept = keepRepository({
    config,
    log,
    now,
    signer: home.signer,
    sealer: home.sealer,
    adminToken: home.adminToken,
    signal: stop.signal,
    prepared: () => parts.readiness.prepared(),
  })
  const certified = keepServerCertificate({
    ...home.server,
    lookEveryMs: 3_600_000,
    show: agents.show,
    now,
    log,
    signal: stop.signal,
  })
  stack.defer(async () => {
    stop.abort()
    // Streams and long polls end now; the listeners, disposed next, then have little to wait for.
    await Promise.all([parts.live.close(), parts.work.close(), kept, certified])
  })
  const url = `http://${hostInUrl(config.listen.host)}:${users.port}`
  log('listening', { url, agentUrl })
  const { adminToken, authority } = home
  const owned = stack.move()
  const dispose = () => owned.disposeAsync()
  return { url, agentUrl, caPin: authority.pin, adminToken, [Symbol.asyncDispose]: dispose }
}

type Parts = Awaited<ReturnType<typeof openParts>>

async function openParts(stack: AsyncDisposableStack, options: Options & { home: Home }) {
  const { config, log } = options
  const sql = connectRepository({
    url: config.repositoryUrl,
    max: connections,
    deadlineMs,
    applicationName: 'trunkline_api',
  })
  stack.defer(() => sql.end())
  const live = stack.adopt(await createLiveEvents({ sql }), (one) => one.close())
  const work = stack.adopt(await createWorkQueue({ sql, log }), (one) => one.close())
  const readiness = createReadiness({ sql })
  const metrics = createMetrics({
    eventStreams: () => live.count(),
    waitingAgents: () => work.waiting(),
    isReady: () => readiness.isPrepared(),
  })
  return { ...options, sql, live, work, readiness, metrics }
}

function listenForAgents({ config, home, ...parts }: Parts): Promise<TlsListener> {
  const { authority, sealer, signer, server } = home
  const app = createAgentApp({ ...parts, sealer, authority, runbookKey: signer.publicKey })
  return listenTls({
    address: config.agentListen,
    setting: 'TRUNKLINE_AGENT_LISTEN',
    fetch: app.fetch,
    tls: { ...server.shown, ca: authority.certificate },
  })
}

async function listenForUsers(parts: Parts, agentUrl: string): Promise<Listener> {
  const { config, home, metrics, readiness, sql, live, log, now } = parts
  const { publicUrl, dashboardDir } = config
  const app = createApp({
    needs: {
      sql,
      live,
      log,
      now,
      publicUrl,
      sealer: home.sealer,
      passwords: createPasswords(),
      throttle: createThrottle(),
      cookie: sessionCookie(publicUrl),
      agentServer: { url: agentUrl, caPin: home.authority.pin },
    },
    metrics,
    readiness,
    pages: dashboardDir === null ? null : await readPages(dashboardDir),
  })
  return listen({ address: config.listen, setting: 'TRUNKLINE_LISTEN', fetch: app.fetch })
}

/** The name that agents on other machines reach a listener by. */
function outsideName(host: string): string {
  return ['0.0.0.0', '::', '*'].includes(host) ? hostname() : hostInUrl(host)
}
