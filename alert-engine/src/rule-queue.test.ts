import { probes } from '@trunkline/probes'
import { rules } from '@trunkline/rules'
import { expect, test, vi } from 'vitest'
import { type PreparedRule, prepareRules } from './prepared-rule.ts'
import type { Outcome } from './rule-keeper.ts'
import { createRuleQueue } from './rule-queue.ts'

const prepared = prepareRules(rules, probes)
const named = (name: string): PreparedRule => {
  const found = prepared.find((one) => one.name === name)
  if (found === undefined) throw new Error(`no rule ${name}`)
  return found
}

function createQueue(outcomeOf: (rule: string) => Outcome = () => 'same') {
  const order: string[] = []
  const state = { from: 0 as number | undefined }
  const queue = createRuleQueue({
    rules: prepared,
    notBefore: () => state.from,
    evaluate: async (rule) => {
      await Promise.resolve()
      order.push(rule.name)
      return outcomeOf(rule.name)
    },
  })
  return { queue, order, state }
}

test('evaluates every rule, each after those that mute it', async () => {
  const { queue, order } = createQueue()
  queue.want(prepared)
  await vi.waitFor(() => expect(order).toHaveLength(prepared.length))
  for (const { name, mutedBy } of prepared) {
    for (const muter of mutedBy) expect(order.indexOf(muter)).toBeLessThan(order.indexOf(name))
  }
  await queue.close()
})

test('a rule that is asked for all the time does not keep the rules it mutes waiting', async () => {
  const { queue, order } = createQueue()
  const both = [named('rootBlocker'), named('blockedSession')]
  const asking = setInterval(() => queue.want(both), 0)
  await vi.waitFor(() =>
    expect(order.filter((one) => one === 'blockedSession').length).toBeGreaterThan(5),
  )
  clearInterval(asking)
  await queue.close()
})

test('what a rule muted is looked at again when it has changed', async () => {
  const { queue, order } = createQueue((rule) => (rule === 'rootBlocker' ? 'changed' : 'same'))
  queue.want([named('rootBlocker')])
  await vi.waitFor(() => expect(order).toEqual(['rootBlocker', 'blockedSession']))
  await queue.close()
})

test('starts nothing while nothing may start, and all of it afterwards', async () => {
  const { queue, order, state } = createQueue()
  state.from = undefined
  queue.want([named('instanceDown')])
  await new Promise((resolve) => setTimeout(resolve, 5))
  expect(order).toEqual([])
  state.from = 0
  queue.want([])
  await vi.waitFor(() => expect(order).toEqual(['instanceDown']))
  await queue.close()
})
