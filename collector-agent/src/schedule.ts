import { createHash } from 'node:crypto'

export interface Task {
  /** Names the task, and places it in its interval: the same name always at the same place. */
  name: string
  /** What it asks: tasks of one target come due together, so that what they bring is written and sent together. */
  target: string
  everyMs: number
  run: () => Promise<void>
}

export interface Scheduled extends Disposable {
  /** Runs it now; when it is running, once more behind that. */
  runNow: () => void
}

export interface Schedule extends Disposable {
  add(task: Task): Scheduled
}

export interface ScheduleOptions {
  /** A monotonic clock in milliseconds. */
  now?: () => number
  /** A run was due while the one before was still going. */
  onSkipped: (name: string) => void
  onFailed: (name: string, error: unknown) => void
}

/**
 * Runs tasks at fixed intervals, each target at its own place in five seconds and each of its tasks at its own place
 * among those. A task never runs beside itself, and what came due
 * while the process was stopped is caught up by at most one run.
 */
export function createSchedule(options: ScheduleOptions): Schedule {
  const now = options.now ?? (() => performance.now())
  const tasks = new Set<Disposable>()
  return {
    add(task) {
      const scheduled = start(task, { ...options, now })
      tasks.add(scheduled)
      return {
        runNow: scheduled.runNow,
        [Symbol.dispose]() {
          tasks.delete(scheduled)
          scheduled[Symbol.dispose]()
        },
      }
    },
    [Symbol.dispose]() {
      for (const task of tasks) task[Symbol.dispose]()
    },
  }
}

/** The shortest interval there is; longer ones are multiples of it. */
const beatMs = 5_000

/** The first time behind `now` at which a task is due. */
export function nextDue({ name, target, everyMs }: Omit<Task, 'run'>, now: number): number {
  // Whole milliseconds, so that sums of them are exact.
  const inBeat = Math.floor(placeOf(target) * Math.min(beatMs, everyMs))
  const beats = Math.floor(placeOf(name) * Math.floor(everyMs / beatMs))
  const place = inBeat + beats * beatMs
  return place + (Math.floor((now - place) / everyMs) + 1) * everyMs
}

/** A name's place in its interval, from 0 up to 1. */
export function placeOf(name: string): number {
  return createHash('sha256').update(name).digest().readUInt32BE() / 2 ** 32
}

function start(task: Task, options: Required<ScheduleOptions>): Scheduled {
  let timer: NodeJS.Timeout | undefined
  let isRunning = false
  let isWantedAgain = false
  let isStopped = false

  let dueAt = -Infinity

  function arm(): void {
    const now = options.now()
    // A timer may fire a little early: the same time is not due twice.
    dueAt = nextDue(task, Math.max(now, dueAt))
    timer = setTimeout(due, dueAt - now)
  }

  function due(): void {
    arm()
    if (isRunning) options.onSkipped(task.name)
    else void run()
  }

  async function run(): Promise<void> {
    isRunning = true
    do {
      isWantedAgain = false
      await task.run().catch((error: unknown) => options.onFailed(task.name, error))
      // `runNow` and disposal happen while the run is awaited.
    } while ((isWantedAgain as boolean) && !(isStopped as boolean))
    isRunning = false
  }

  arm()
  return {
    runNow() {
      if (isRunning) isWantedAgain = true
      else if (!isStopped) void run()
    },
    [Symbol.dispose]() {
      isStopped = true
      clearTimeout(timer)
    },
  }
}
