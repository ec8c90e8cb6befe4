import { rulesHinted, rulesOfClock } from './hints.ts'
import { pause } from './leadership.ts'
import { createRuleKeeper, type KeeperContext } from './rule-keeper.ts'
import { createRuleQueue } from './rule-queue.ts'

export interface EvaluationLoop {
  /** Looks at every rule soon. */
  wakeAll(): void
  /** Unix milliseconds of the last answer of the repository. */
  lastContactAt(): number
  done: Promise<void>
}

const clockMs = 1_000
const fullPassEvery = 10
const tidyEvery = 60

/**
 * Evaluates rules when samples arrive (a hint that may be lost), those that read the clock every second, and all of them
 * every ten seconds whatever was heard. Holds nothing in memory: what it missed it finds in the repository.
 */
export function createEvaluationLoop(context: KeeperContext, signal: AbortSignal): EvaluationLoop {
  const { rules, sql, leadership } = context
  const keeper = createRuleKeeper(context)
  const queue = createRuleQueue({
    rules,
    notBefore: () => (leadership.current() === undefined ? undefined : keeper.awayUntil()),
    evaluate: async (rule) => {
      const lease = leadership.current()
      return lease === undefined ? 'again' : await keeper.evaluate(rule, lease)
    },
  })
  const run = async (): Promise<void> => {
    const onHint = (payload: string): void => queue.want(rulesHinted(rules, payload))
    const listening = await sql.listen('samples', onHint, () => queue.want(rules))
    for (let tick = 0; !signal.aborted; tick += 1) {
      queue.want(tick % fullPassEvery === 0 ? rules : rulesOfClock(rules))
      if (tick % tidyEvery === 0) await keeper.tidy(leadership.current())
      await pause(clockMs, signal)
    }
    await listening.unlisten().catch(() => undefined)
    await queue.close()
  }
  return {
    wakeAll: () => queue.want(rules),
    lastContactAt: () => keeper.lastContactAt(),
    done: run(),
  }
}
