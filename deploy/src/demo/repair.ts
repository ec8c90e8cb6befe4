import type { Action, AlertDetail } from '@trunkline/api/client'
import { answerOf } from '../api-access.ts'
import { actionReaches } from './action-reaches.ts'
import { alertOf, mailLine, mailOf, type Scenario } from './scenario.ts'
import type { Timeline } from './timeline.ts'

/** One fault's alert, and how its steps are told. */
export interface Fault {
  alert: AlertDetail
  /** What the action did, once it ran. */
  done: (action: Action) => string
  /** What a later sample shows. */
  proof: string
}

/** From the proposal to the mail that it is over: the action that the alert proposes is tried, run, and proven. */
export async function repair(scenario: Scenario, line: Timeline, fault: Fault): Promise<void> {
  const { alert } = fault
  const page = mailOf(scenario, alert, { resolved: false, timeoutMs: 20_000 })
  // It is awaited after the proposal, which comes with the alert and so before any message of it.
  page.catch(() => undefined)
  const proposed = await line.expect('action proposed', proposalOf(scenario, alert), (one) => ({
    detail: `${one.runbook} ${JSON.stringify(one.parameters)}`,
    at: Date.parse(one.createdAt),
  }))
  await line.expect('page delivered', page, mailLine)
  if (proposed) await act(scenario, line, { ...fault, proposed })
}

async function act(
  scenario: Scenario,
  line: Timeline,
  { alert, proposed, done, proof }: Fault & { proposed: Action },
): Promise<void> {
  await line.expect('dry run', dryRun(scenario, proposed), (action) => ({
    detail: `would act on ${JSON.stringify(action.preview?.[0]?.[0] ?? {})}`.slice(0, 240),
    at: Date.parse(action.finishedAt ?? ''),
  }))
  const ran = await line.expect('action run', run(scenario, proposed), (action) => ({
    detail: done(action),
    at: Date.parse(action.finishedAt ?? ''),
  }))
  if (!ran) return
  const verified = actionReaches(scenario, { id: ran.id, states: ['succeeded'], timeoutMs: 60_000 })
  const resolved = mailOf(scenario, alert, { resolved: true, timeoutMs: 60_000 })
  // One sample ends both waits, and either may be first.
  await line.expectAll([
    {
      step: 'verified',
      happening: verified.then(({ verifiedAt }) => ({
        detail: proof,
        at: Date.parse(verifiedAt ?? ''),
      })),
    },
    { step: 'resolved mail', happening: resolved.then(mailLine) },
  ])
}

async function proposalOf(scenario: Scenario, alert: AlertDetail): Promise<Action> {
  const isOpen = (action: Action) => action.state === 'proposed'
  const { actions } = await alertOf(scenario, {
    rule: alert.rule,
    since: Date.parse(alert.raisedAt ?? ''),
    suits: (one) => one.id === alert.id && one.actions.some(isOpen),
    timeoutMs: 10_000,
  })
  const found = actions.find(isOpen)
  if (!found) throw new Error('no action is proposed')
  return found
}

async function dryRun(scenario: Scenario, proposed: Action): Promise<Action> {
  const { runbook, parameters, instance, alertId } = proposed
  const what = { runbook, parameters, instanceId: instance.id, dryRun: true }
  const json = alertId === null ? what : { ...what, alertId }
  const { id } = await answerOf(scenario.api.actions.$post({ json, header: {} }))
  return actionReaches(scenario, { id, states: ['succeeded'], timeoutMs: 20_000 })
}

async function run(scenario: Scenario, { id }: Action): Promise<Action> {
  await answerOf(scenario.api.actions[':id'].run.$post({ param: { id } }))
  return actionReaches(scenario, { id, states: ['verifying', 'succeeded'], timeoutMs: 40_000 })
}
