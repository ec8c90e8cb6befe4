import { durationMs, type Duration } from '@trunkline/probes'
import { failureOf, sqlstateOf } from '../instances/failure.ts'
import { DeadlineError, type Row } from '../instances/session.ts'
import type { Finished } from './journal.ts'
import { createOutput, type Output } from './output.ts'

/** One step made ready: each kind of step has a module that makes these. Rows are as `rules/runbook.ts` tells of `sql`. */
export interface ReadyStep {
  says: string
  preview: (leftMs: number) => Promise<Row[]>
  effect: (leftMs: number, output: Output) => Promise<Row[]>
}

export interface Run {
  steps: readonly ReadyStep[]
  /** For all of them together. */
  deadline: string
  dryRun: boolean
  /** A monotonic clock in milliseconds. */
  now?: () => number
}

/** What it came to, as the api is told. */
export type Result = Omit<Finished, 'kind' | 'at'>

/** Looks with every step's preview at what would be hit; then, unless it is a dry run, does it. */
export async function runSteps(run: Run): Promise<Result> {
  const { steps, deadline, dryRun, now = () => performance.now() } = run
  const endsAt = now() + durationMs(deadline as Duration)
  const output = createOutput()
  const preview: Row[][] = []
  const result: Row[][] = []
  const ended = (outcome: Result['outcome'], error: string | null = null): Result => ({
    outcome,
    preview,
    result,
    ...output.result(),
    error,
  })
  const left = () => {
    const leftMs = endsAt - now()
    if (leftMs <= 0) throw new DeadlineError('The deadline of the runbook has passed.')
    return leftMs
  }
  try {
    for (const step of steps) {
      preview.push(await step.preview(left()))
      tell(output, `preview: ${step.says}`, preview.at(-1))
      const problem = problemOf(preview.at(-1))
      if (problem) return ended('failed', problem)
    }
    if (dryRun) return ended('done')
    for (const step of steps) {
      result.push(await step.effect(left(), output))
      tell(output, step.says, result.at(-1))
      const problem = problemOf(result.at(-1)) ?? undonePart(result.at(-1))
      if (problem) return ended('failed', problem)
    }
    return ended('done')
  } catch (error) {
    return ended(outcomeOf(error), failureOf(error).message)
  }
}

/** By the rule of steps: no row means that there is nothing left to act on; `problem` says why it cannot be done. */
function problemOf(rows: readonly Row[] = []): string | undefined {
  if (rows.length === 0) return 'What the action is about is no longer there.'
  const problem = rows.map((row) => row['problem']).find((text) => typeof text === 'string')
  return typeof problem === 'string' ? problem : undefined
}

function undonePart(rows: readonly Row[] = []): string | undefined {
  return rows.every((row) => row['done'] === true) ? undefined : 'The server did not do it.'
}

/** When the connection breaks, nobody can say whether the last statement took effect. */
function outcomeOf(error: unknown): Result['outcome'] {
  if (error instanceof DeadlineError || sqlstateOf(error) === '57014') return 'timed_out'
  return sqlstateOf(error) === null ? 'lost' : 'failed'
}

function tell(output: Output, says: string, rows: readonly Row[] = []): void {
  output.line(says)
  for (const row of rows) output.line(JSON.stringify(row))
}
