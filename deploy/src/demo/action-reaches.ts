import { unfinishedActionStates, type Action, type ActionState } from '@trunkline/api/client'
import { answerOf } from '../api-access.ts'
import { waitFor } from '../up/wait.ts'
import type { Scenario } from './scenario.ts'

const unfinished: ReadonlySet<ActionState> = new Set(unfinishedActionStates)

/** The action once it is in one of `states`; throws as soon as it has ended otherwise. */
export async function actionReaches(
  { api, signal }: Scenario,
  wanted: { id: string; states: ActionState[]; timeoutMs: number },
): Promise<Action> {
  const { id, states, timeoutMs } = wanted
  let seen = 'unknown'
  const action = await waitFor({
    ask: async () => {
      const now = await answerOf(api.actions[':id'].$get({ param: { id } }))
      seen = now.state
      return states.includes(now.state) || !unfinished.has(now.state) ? now : undefined
    },
    timeoutMs,
    everyMs: 100,
    signal,
    failure: (last) => `the action is ${seen} after ${String(timeoutMs / 1_000)} s ${last}`,
  })
  if (states.includes(action.state)) return action
  throw new Error(`the action is ${action.state}: ${action.error ?? 'no reason given'}`)
}
