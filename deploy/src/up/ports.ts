import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import type { Config } from '../config.ts'
import { settings, type SettingName } from '../settings.ts'

const listeners = ['listen', 'agentListen', 'agentMetricsListen', 'engineListen'] as const

/** Every address that cannot be listened on, one sentence each: told before anything is started. */
export async function busyPorts(config: Config): Promise<string[]> {
  const { values } = config
  const wanted: Wanted[] = listeners.map((name) => ({ name, ...values[name] }))
  const port = values.embeddedPort
  if (values.repositoryUrl === undefined && !holdsPort(config.home, port))
    wanted.push({ name: 'embeddedPort', host: '127.0.0.1', port })
  const problems = await Promise.all(wanted.map(problemOf))
  return problems.filter((problem) => problem !== undefined)
}

interface Wanted {
  name: SettingName
  host: string
  port: number
}

async function problemOf({ name, host, port }: Wanted): Promise<string | undefined> {
  const { env, says } = settings[name]
  const reason = await whyNot(host, port)
  const where = `${host}:${String(port)} (${says})`
  return reason && `${where} ${reason}. Set ${env} to another one, or stop what holds it.`
}

/** Whether this home's own PostgreSQL still has the port: the start of the repository ends what is left of an earlier life. */
function holdsPort(home: string, port: number): boolean {
  try {
    const lines = readFileSync(join(home, 'postgresql', 'postmaster.pid'), 'utf8').split('\n')
    return Number(lines[3]) === port && existsSync(`/proc/${String(Number(lines[0]))}`)
  } catch {
    return false
  }
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
