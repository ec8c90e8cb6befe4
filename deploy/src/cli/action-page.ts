import type { Action } from '@trunkline/api/client'
import { pairs } from './table.ts'

/** All that is known of one action. */
export function actionPage(action: Action): string {
  const rows = (name: string, steps: Action['preview']) =>
    (steps ?? []).map(
      (step, index) => [`${name} ${String(index + 1)}`, JSON.stringify(step)] as const,
    )
  return pairs([
    ['action', action.id],
    ['runbook', `${action.runbook} (${action.risk})`],
    ['instance', action.instance.name],
    ['parameters', JSON.stringify(action.parameters)],
    ['dry run', action.dryRun],
    ['state', action.state],
    ['asked by', action.requestedBy],
    ['reason', action.reason],
    ['created', action.createdAt],
    ['started', action.startedAt],
    ['finished', action.finishedAt],
    ['proven', action.verifiedAt],
    ...rows('would act on, step', action.preview),
    ...rows('result, step', action.result),
    ['output', action.outputHead],
    ['error', action.error],
  ])
}
