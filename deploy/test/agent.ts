import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { rmSync } from 'node:fs'
import { agentScript, prepareAgent, smallProcesses } from '../../collector-agent/src/launch.ts'
import { startFakeApi, type FakeApi } from '../../collector-agent/src/identity/api.fake.ts'
import { freePort } from './free-port.ts'
import { monitorRole } from './monitored.ts'

export interface TestAgent extends AsyncDisposable {
  /** `host:port` of its /metrics. */
  metrics: string
  /** Of its watchdog; the worker is its child. */
  pid: number
  api: FakeApi
  /** What it has logged so far. */
  log: () => string
}

/** The agent as it ships, watchdog and worker, watching servers as their monitor role; only its api is a stand-in. */
export async function startAgent(options: {
  watch: { name: string; port: number }[]
  metricsWriteUrls?: string[]
}): Promise<TestAgent> {
  const api = await startFakeApi()
  // As long as the real one: an agent's work is measured here too.
  api.pollMs = 25_000
  api.setInstances(options.watch.map((server, index) => ({ id: index + 1, ...target(server) })))
  const metrics = `127.0.0.1:${await freePort()}`
  const env = {
    PATH: process.env['PATH'],
    ...smallProcesses(api.home),
    TRUNKLINE_AGENT_HOME: api.home,
    TRUNKLINE_AGENT_METRICS_LISTEN: metrics,
    TRUNKLINE_METRICS_WRITE_URL: options.metricsWriteUrls?.join(',') ?? '',
  }
  await prepareAgent(env)
  let logged = ''
  // Ends with us, however we end.
  const child = spawn('setpriv', ['--pdeathsig', 'TERM', process.execPath, agentScript], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env,
  })
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (bytes: Buffer) => (logged = (logged + bytes.toString()).slice(-100_000)))
  }
  return {
    metrics,
    pid: child.pid ?? 0,
    api,
    log: () => logged,
    async [Symbol.asyncDispose]() {
      if (child.exitCode === null && child.signalCode === null) {
        const gone = once(child, 'exit')
        child.kill('SIGTERM')
        const patience = setTimeout(() => child.kill('SIGKILL'), 10_000)
        await gone
        clearTimeout(patience)
      }
      await api[Symbol.asyncDispose]()
      rmSync(api.home, { recursive: true, force: true })
    },
  }
}

function target({ name, port }: { name: string; port: number }) {
  const connection = {
    address: '127.0.0.1',
    port,
    database: 'postgres',
    user: monitorRole,
    password: 'test',
    sslmode: 'disable' as const,
  }
  return { name, connection, actor: null }
}
