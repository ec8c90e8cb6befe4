import type { PreparedRule } from './prepared-rule.ts'
import type { Outcome } from './rule-keeper.ts'

export interface RuleQueue {
  /** Has these rules evaluated soon; once each, however often it is asked for. */
  want(rules: readonly PreparedRule[]): void
  /** When what runs has ended; nothing more is started. */
  close(): Promise<void>
}

interface QueueOptions {
  rules: readonly PreparedRule[]
  /** Monotonic milliseconds before which nothing may start; undefined while nothing may at all. */
  notBefore: () => number | undefined
  evaluate: (rule: PreparedRule) => Promise<Outcome>
}

/** A rule is idle this many times as long as it took: evaluation takes a bounded share of a busy machine. */
const restFactor = 4
const longestRestMs = 2_000
const mostAtOnce = 2

/**
 * Evaluates what is wanted, a rule after those that mute it, so that an incident is told by its cause. Only rules are
 * queued, so the queue is as long as the catalogue at most.
 */
export function createRuleQueue({ rules, notBefore, evaluate }: QueueOptions): RuleQueue {
  const wanted = createWanted()
  const running = new Map<PreparedRule, Promise<void>>()
  const restUntil = new Map<PreparedRule, number>()
  let timer: NodeJS.Timeout | undefined
  let isClosed = false

  const isReady = (rule: PreparedRule): boolean => {
    const since = wanted.since(rule)
    if (since === undefined || running.has(rule)) return false
    const comesFirst = (other: PreparedRule): boolean =>
      rule.mutedBy.includes(other.name) &&
      (running.has(other) || (wanted.since(other) ?? Infinity) <= since)
    return !rules.some(comesFirst)
  }
  const pump = (): void => {
    clearTimeout(timer)
    const from = notBefore()
    if (from === undefined || isClosed) return
    const waits: number[] = []
    for (const rule of rules.filter(isReady)) {
      const waitMs = Math.max(restUntil.get(rule) ?? 0, from) - performance.now()
      if (waitMs > 0) waits.push(waitMs)
      else if (running.size < mostAtOnce) running.set(rule, run(rule))
    }
    if (waits.length > 0) timer = setTimeout(pump, Math.ceil(Math.min(...waits)))
  }
  const run = async (rule: PreparedRule): Promise<void> => {
    wanted.take(rule)
    const startedAt = performance.now()
    const outcome = await evaluate(rule)
    const now = performance.now()
    running.delete(rule)
    restUntil.set(rule, now + Math.min(restFactor * (now - startedAt), longestRestMs))
    if (outcome === 'again') wanted.ask([rule])
    // What it muted may be told now.
    if (outcome === 'changed') wanted.ask(rules.filter((one) => one.mutedBy.includes(rule.name)))
    pump()
  }
  return {
    want: (some) => {
      wanted.ask(some)
      pump()
    },
    close: async () => {
      isClosed = true
      clearTimeout(timer)
      await Promise.all(running.values())
    },
  }
}

/** What is asked for, since which round of asking: who asks again and again must not keep others waiting. */
function createWanted() {
  const since = new Map<PreparedRule, number>()
  let round = 0
  return {
    ask: (some: readonly PreparedRule[]): void => {
      round += 1
      for (const rule of some) if (!since.has(rule)) since.set(rule, round)
    },
    since: (rule: PreparedRule): number | undefined => since.get(rule),
    take: (rule: PreparedRule): void => void since.delete(rule),
  }
}
