import { once } from 'node:events'
import { startEmbedded } from '@trunkline/api/repository'
import type { RepositoryReady } from './ready.ts'

/**
 * The embedded repository as a process of its own: should the supervisor be killed, this one still
 * hears of it and stops PostgreSQL cleanly.
 */
const home = process.env['TRUNKLINE_HOME']
const port = Number(process.env['TRUNKLINE_EMBEDDED_PORT'])
if (home === undefined || !Number.isInteger(port)) {
  process.stderr.write('TRUNKLINE_HOME and TRUNKLINE_EMBEDDED_PORT must be set\n')
  process.exit(78)
}

const stop = new AbortController()
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => stop.abort())

try {
  const log = (event: string, fields: object = {}) =>
    process.stdout.write(`${JSON.stringify({ at: new Date().toISOString(), event, ...fields })}\n`)
  const server = await startEmbedded({ home, port, log })
  server.onExit(() => {
    if (!stop.signal.aborted) process.exit(1)
  })
  const { url, monitorUrl, actorUrl } = server
  process.send?.({ url, monitorUrl, actorUrl } satisfies RepositoryReady)
  const alive = setInterval(() => undefined, 60_000)
  if (!stop.signal.aborted) await once(stop.signal, 'abort')
  clearInterval(alive)
  await server.stop()
  process.exit(0)
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
  process.exit(1)
}
