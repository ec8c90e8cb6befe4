import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

export type Part = 'api' | 'engine' | 'worker' | 'postmaster'

export const parts: readonly Part[] = ['api', 'engine', 'worker', 'postmaster']

const scripts = {
  api: '/api/src/main.ts',
  engine: '/alert-engine/src/main.ts',
  worker: '/collector-agent/src/worker.ts',
} as const

/** SIGKILL to a part of the stack whose supervisor is given; false when it is not running just now. */
export function kill(part: Part, stack: { supervisor: number; home: string }): boolean {
  const pid = part === 'postmaster' ? postmasterOf(stack.home) : processOf(part, stack.supervisor)
  if (pid === undefined) return false
  try {
    return process.kill(pid, 'SIGKILL')
  } catch {
    return false
  }
}

function postmasterOf(home: string): number | undefined {
  try {
    const [pid] = readFileSync(join(home, 'postgresql/postmaster.pid'), 'utf8').split('\n')
    return pid === undefined ? undefined : Number(pid)
  } catch {
    return undefined
  }
}

function processOf(part: Exclude<Part, 'postmaster'>, supervisor: number): number | undefined {
  return descendantsOf(supervisor).find((pid) => commandOf(pid).includes(scripts[part]))
}

function descendantsOf(root: number): number[] {
  const parents = new Map(
    readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .map((name) => [Number(name), parentOf(Number(name))]),
  )
  const isBelow = (pid: number | undefined): boolean =>
    pid !== undefined && pid > 1 && (pid === root || isBelow(parents.get(pid)))
  return [...parents.keys()].filter((pid) => pid !== root && isBelow(pid))
}

function parentOf(pid: number): number | undefined {
  try {
    // The command name, in parentheses, may itself hold spaces and parentheses.
    return Number(readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ')[1])
  } catch {
    return undefined
  }
}

function commandOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ')
  } catch {
    return ''
  }
}
