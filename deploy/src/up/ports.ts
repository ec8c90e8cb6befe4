import { createServer } from 'node:net'
import { once } from 'node:events'
import type { Config } from '../config.ts'
import { settings } from '../settings.ts'

const listeners = ['listen', 'agentListen', 'agentMetricsListen', 'engineListen'] as const

/** Every address that cannot be listened on, one sentence each: told before anything is started. */
export async function busyPorts(config: Config): Promise<string[]> {
  const problems = await Promise.all(
    listeners.map(async (name) => {
      const { host, port } = config.values[name]
      const reason = await whyNot(host, port)
      const where = `${host}:${String(port)} (${settings[name].says})`
      return (
        reason &&
        `${where} ${reason}. Set ${settings[name].env} to another address, or stop what holds it.`
      )
    }),
  )
  return problems.filter((problem) => problem !== undefined)
}

async function whyNot(host: string, port: number): Promise<string | undefined> {
  const server = createServer()
  try {
    server.listen({ host: host.replace(/^\[(.*)\]$/, '$1'), port, exclusive: true })
    await once(server, 'listening', { signal: AbortSignal.timeout(5_000) })
    return undefined
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error)
    return reasons[code] ?? `cannot be listened on (${code})`
  } finally {
    server.close()
  }
}

const reasons: Record<string, string> = {
  EADDRINUSE: 'is in use by another program',
  EACCES: 'may not be used by this user (ports below 1024 need root)',
  EADDRNOTAVAIL: 'is not an address of this machine',
  ENOTFOUND: 'is not a name that resolves',
}
