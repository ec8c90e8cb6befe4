import { type Accessor, createSignal } from 'solid-js'
import { type Problem, problemOf } from './api.ts'
import { notify } from './notices.ts'

export interface Task<A extends unknown[]> {
  run: (...args: A) => void
  isBusy: Accessor<boolean>
  /** Why it failed the last time. */
  problem: Accessor<Problem | undefined>
}

/** Something a person starts by a button: once at a time, its failure kept to be shown. */
export function createTask<A extends unknown[]>(work: (...args: A) => Promise<void>): Task<A> {
  const [isBusy, setBusy] = createSignal(false)
  const [problem, setProblem] = createSignal<Problem>()
  const attempt = async (...args: A) => {
    if (isBusy()) return
    setBusy(true)
    setProblem(undefined)
    try {
      await work(...args)
    } catch (error) {
      setProblem(problemOf(error))
    }
    setBusy(false)
  }
  return { run: (...args) => void attempt(...args), isBusy, problem }
}

/** A task of a small button: a failure is told as a notice. */
export function createQuickTask(work: () => Promise<void>): Task<[]> {
  return createTask(async () => {
    try {
      await work()
    } catch (error) {
      const { detail, title } = problemOf(error)
      notify(detail || title)
    }
  })
}
