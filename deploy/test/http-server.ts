import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { type DebianProgram, debianProgram } from './debian.ts'
import { installCommand } from './postgres-binaries.ts'

export interface HttpServer extends AsyncDisposable {
  url: string
  port: number
  pid: number
}

/** Starts an installed program that serves HTTP, in a folder of its own, and waits until it is ready. */
export async function startHttpServer(options: {
  program: DebianProgram
  port: number
  flags: (folder: string) => string[]
  ready: string
  env?: Record<string, string>
}): Promise<HttpServer> {
  const path = debianProgram(options.program)
  if (!path) throw new Error(`${options.program} is not installed; run: ${installCommand}`)
  const folder = mkdtempSync(join(tmpdir(), `trunkline-${options.program}-`))
  const logFile = join(folder, 'log')
  const log = openSync(logFile, 'a')
  const child = spawn('setpriv', ['--pdeathsig', 'TERM', path, ...options.flags(folder)], {
    stdio: ['ignore', log, log],
    cwd: folder,
    env: { PATH: '/usr/bin:/bin', ...options.env },
  })
  closeSync(log)
  const url = `http://127.0.0.1:${options.port}`

  async function stop(): Promise<void> {
    if (child.exitCode === null && child.signalCode === null) {
      const gone = once(child, 'exit')
      child.kill('SIGKILL')
      await gone
    }
    rmSync(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 })
  }

  if (!(await isReady(child, url + options.ready))) {
    const said = readFileSync(logFile, 'utf8').slice(-2_000)
    await stop()
    throw new Error(`${options.program} did not start on port ${options.port}:\n${said}`)
  }
  return { url, port: options.port, pid: child.pid ?? 0, [Symbol.asyncDispose]: stop }
}

async function isReady(child: ChildProcess, url: string): Promise<boolean> {
  const until = Date.now() + 30_000
  while (Date.now() < until && child.exitCode === null && child.signalCode === null) {
    const answer = await fetch(url, { signal: AbortSignal.timeout(2_000) }).catch(() => undefined)
    await answer?.arrayBuffer().catch(() => undefined)
    if (answer?.ok) return true
    await sleep(50)
  }
  return false
}
