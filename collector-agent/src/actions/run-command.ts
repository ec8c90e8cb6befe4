import { spawn, type ChildProcess } from 'node:child_process'
import { setTimeout as sleep } from 'node:timers/promises'
import { DeadlineError } from '../instances/session.ts'
import { messageOf } from '../log.ts'

export interface CommandOptions {
  deadlineMs: number
  /** Each line that it prints, on whichever stream. */
  onLine: (line: string) => void
}

export interface CommandEnd {
  exit_code: number | null
  seconds: number
  /** Why it did not do what it should; null when it ended with 0. */
  problem: string | null
}

const longestLine = 10_000
const killAfterMs = 2_000

/**
 * Runs a program with no shell, no input and an environment of its own. It leads a process group: past the deadline the
 * whole group is ended and `DeadlineError` thrown. What it leaves running on purpose, as `pg_ctl` does, is left alone.
 */
export async function runCommand(
  [program = '', ...args]: readonly string[],
  { deadlineMs, onLine }: CommandOptions,
): Promise<CommandEnd> {
  const startedAt = performance.now()
  const child = spawn(program, args, {
    cwd: '/',
    env: { PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', LANG: 'C.UTF-8' },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  })
  const lines = readLines(child, onLine)
  const ended = Promise.withResolvers<Omit<CommandEnd, 'seconds'>>()
  child.once('error', (error) =>
    ended.resolve({ exit_code: null, problem: `It cannot be run: ${messageOf(error)}` }),
  )
  // Not 'close': a server that was started keeps our end of the streams open for as long as it lives.
  child.once('exit', (exit_code, signal) => {
    const how = signal === null ? `with ${String(exit_code)}` : `by ${signal}`
    ended.resolve({ exit_code, problem: exit_code === 0 ? null : `The command ended ${how}` })
  })
  let isOverdue = false
  const timer = setTimeout(() => {
    isOverdue = true
    void endGroup(child)
  }, deadlineMs)
  const { exit_code, problem } = await ended.promise
  clearTimeout(timer)
  const last = await lines.finish()
  if (isOverdue) throw new DeadlineError('The command did not end within its deadline.')
  const seconds = Math.round(performance.now() - startedAt) / 1_000
  return { exit_code, seconds, problem: problem && [problem, last].filter(Boolean).join(': ') }
}

function readLines(child: ChildProcess, onLine: (line: string) => void) {
  const streams = [child.stdout, child.stderr].filter((stream) => stream !== null)
  const rests = streams.map(() => '')
  let last = ''
  const say = (line: string) => {
    onLine(line)
    last = line.trim() === '' ? last : line.trim().slice(0, 500)
  }
  streams.forEach((stream, index) => {
    stream.setEncoding('utf8')
    stream.on('error', () => undefined)
    stream.on('data', (text: string) => {
      const lines = `${rests[index] ?? ''}${text}`.split('\n')
      const rest = lines.pop() ?? ''
      for (const line of lines) say(line)
      if (rest.length > longestLine) say(rest)
      rests[index] = rest.length > longestLine ? '' : rest
    })
  })
  return {
    /** The last line that says something, once what was printed before the end has been read. */
    async finish(): Promise<string> {
      await sleep(50)
      for (const rest of rests) if (rest !== '') say(rest)
      for (const stream of streams) stream.destroy()
      return last
    },
  }
}

async function endGroup({ pid }: ChildProcess): Promise<void> {
  if (pid === undefined) return
  signalGroup(pid, 'SIGTERM')
  await sleep(killAfterMs)
  signalGroup(pid, 'SIGKILL')
}

function signalGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal)
  } catch {
    // Nobody of the group is left.
  }
}
