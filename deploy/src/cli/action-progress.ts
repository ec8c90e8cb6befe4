import { setTimeout as sleep } from 'node:timers/promises'
import { unfinishedActionStates, type Action, type ActionState } from '@trunkline/api/client'
import { answerOf } from '../api-access.ts'
import { CommandFailed, type Cli } from './context.ts'

const unfinished: ReadonlySet<ActionState> = new Set(unfinishedActionStates)
/** Queue, deadline and proof together end sooner than this, each by its own limit. */
const longestWaitMs = 900_000

/** Prints each change of an action's state until it has an end. */
export async function followAction(
  cli: Pick<Cli, 'api' | 'signal'>,
  action: Action,
  line: (text: string) => void,
): Promise<Action> {
  const api = cli.api()
  const deadline = performance.now() + longestWaitMs
  let seen: ActionState | undefined
  let now = action
  for (;;) {
    if (now.state !== seen) line(`${new Date().toISOString()}  ${now.state}`)
    seen = now.state
    if (!unfinished.has(now.state)) return now
    if (performance.now() > deadline)
      throw new CommandFailed(`The action is still ${now.state} after 15 minutes.`)
    await sleep(300, undefined, { signal: cli.signal })
    now = await answerOf(api.actions[':id'].$get({ param: { id: action.id } }))
  }
}
