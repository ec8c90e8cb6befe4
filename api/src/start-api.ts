import { hostname } from 'node:os'
import { join } from 'node:path'
import { connectRepository, createSealer } from '../repository/index.ts'
import { createAgentApp } from './agents/app.ts'
import { openAuthority, openServerCredentials, serverHosts } from './agents/ca.ts'
import { createWorkQueue } from './agents/work-queue.ts'
import { createApp } from './app.ts'
import { sessionCookie } from './auth/credentials.ts'
import { createPasswords } from './auth/passwords.ts'
import { createThrottle } from './auth/throttle.ts'
import { newToken } from './auth/tokens.ts'
import { hostInUrl, type Config } from './config.ts'
import { createLiveEvents } from './events/live-events.ts'
import { keepSecret } from './key-files.ts'
import { listen, type Listener } from './listen.ts'
import type { Log } from './log.ts'
import { createMetrics } from './metrics.ts'
import { readPages } from './pages.ts'
import { keepRepository } from './prepare-repository.ts'
import { createReadiness } from './readiness.ts'
import { openRunbookSigner } from './runbook-signing.ts'

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
  stack.defer(async () => {
    stop.abort()
    // Streams and long polls end now; the listeners, disposed next, then have little to wait for.
    await Promise.all([parts.live.close(), parts.work.close(), kept])
  })
  const url = `http://${hostInUrl(config.listen.host)}:${users.port}`
  log('listening', { url, agentUrl })
  const { adminToken, authority } = home
  const owned = stack.move()
  const dispose = () => owned.disposeAsync()
  return { url, agentUrl, caPin: authority.pin, adminToken, [Symbol.asyncDispose]: dispose }
}

type Parts = Awaited<ReturnType<typeof openParts>>

async function openParts(
  stack: AsyncDisposableStack,
  options: Options & { home: Awaited<ReturnType<typeof openHome>> },
) {
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

function listenForAgents({ config, home, ...parts }: Parts): Promise<Listener> {
  const { authority, sealer, signer, serverCredentials } = home
  const app = createAgentApp({ ...parts, sealer, authority, runbookKey: signer.publicKey })
  return listen({
    address: config.agentListen,
    setting: 'TRUNKLINE_AGENT_LISTEN',
    fetch: app.fetch,
    tls: { ...serverCredentials, ca: authority.certificate },
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

/** Keys and tokens of this home, made when they are not there. */
async function openHome(config: Config, now: Date) {
  const folder = join(config.home, 'keys')
  const authority = await openAuthority(folder, now)
  const hosts = serverHosts([hostname(), config.agentListen.host])
  return {
    authority,
    serverCredentials: await openServerCredentials(authority, { folder, hosts, now }),
    signer: await openRunbookSigner(folder),
    sealer: createSealer(join(folder, 'secrets.key')),
    adminToken: await keepSecret(join(config.home, 'admin-token'), async () => newToken()),
  }
}

/** The name that agents on other machines reach a listener by. */
function outsideName(host: string): string {
  return ['0.0.0.0', '::', '*'].includes(host) ? hostname() : hostInUrl(host)
}
