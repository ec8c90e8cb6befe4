import type { Action, ActionState } from '../../api.ts'
import type { Mark, Shown } from '../../health.ts'

const marks: Record<ActionState, { mark: Mark; word: string; means: string }> = {
  proposed: { mark: 'waiting', word: 'proposed', means: 'Waits for somebody to run it.' },
  queued: { mark: 'waiting', word: 'queued', means: 'Waits for its agent to fetch it.' },
  dispatched: { mark: 'waiting', word: 'dispatched', means: 'Its agent has it.' },
  running: { mark: 'waiting', word: 'running', means: 'Its agent has begun.' },
  verifying: { mark: 'waiting', word: 'verifying', means: 'Done; the effect is being checked.' },
  succeeded: { mark: 'ok', word: 'succeeded', means: 'Done, and the effect is proven.' },
  ineffective: {
    mark: 'warning',
    word: 'ineffective',
    means: 'Done, but the effect is not there.',
  },
  failed: { mark: 'critical', word: 'failed', means: 'It could not be done.' },
  refused: { mark: 'warning', word: 'refused', means: 'The agent or a guard did not allow it.' },
  timed_out: { mark: 'critical', word: 'timed out', means: 'It was stopped at its deadline.' },
  lost: {
    mark: 'unknown',
    word: 'lost',
    means: 'Its agent never said how it ended. It is not run again.',
  },
  expired: {
    mark: 'unmonitored',
    word: 'expired',
    means: 'Nobody ran it, or no agent fetched it, in time.',
  },
  cancelled: {
    mark: 'unmonitored',
    word: 'cancelled',
    means: 'Somebody took it back before it began.',
  },
}

export function actionShown(state: ActionState): Shown {
  const { mark, word } = marks[state]
  return { mark, word, old: mark === 'unknown' || mark === 'unmonitored' }
}

export function actionMeans({ state, dryRun }: Pick<Action, 'state' | 'dryRun'>): string {
  return dryRun && state === 'succeeded' ? 'Nothing was changed.' : marks[state].means
}

/** It is on its way: news will come. */
export function isUnderWay(state: ActionState): boolean {
  return ['queued', 'dispatched', 'running', 'verifying'].includes(state)
}
