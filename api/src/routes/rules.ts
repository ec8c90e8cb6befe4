import { createRoute } from '@hono/zod-openapi'
import { access } from '../access.ts'
import { pageOf } from '../schemas/paging.ts'
import { answers, changeAnswers, jsonBody } from '../schemas/problem.ts'
import { overrideQuery, overrideSchema, ruleParams, ruleSchema } from '../schemas/rule.ts'
import { rules, type Rule } from '@trunkline/rules'
import {
  dropRuleOverride,
  listInstances,
  listRuleOverrides,
  readRuleRuntimes,
  setRuleOverride,
} from '../../repository/index.ts'
import { actorOf } from '../client-address.ts'
import type { Needs } from '../needs.ts'
import { notFound, ProblemError } from '../problem-error.ts'
import { newRoutes } from '../routing.ts'
import { type RuleDescription, levelsSchema } from '../schemas/rule.ts'
import { checkLevels } from '../rule-levels.ts'

/** The catalogue of rules, how their evaluation goes, and other levels for them. */
export function rulesRoutes({ sql }: Needs) {
  const describeAll = async (): Promise<RuleDescription[]> => {
    const [runtimes, overrides] = await Promise.all([
      readRuleRuntimes({ sql }),
      listRuleOverrides({ sql }),
    ])
    return Object.entries(rules).map(([name, rule]) =>
      describeRule({ name, rule, runtimes, overrides }),
    )
  }
  const show = async (name: string): Promise<RuleDescription> => {
    const found = (await describeAll()).find((rule) => rule.name === name)
    if (!found) throw notFound(`rule ${name}`)
    return found
  }
  return newRoutes()
    .openapi(listRulesRoute, async (c) => {
      const items = (await describeAll()).toSorted((a, b) => (a.code < b.code ? -1 : 1))
      return c.json({ items, next: null }, 200)
    })
    .openapi(showRuleRoute, async (c) => c.json(await show(c.req.valid('param').name), 200))
    .openapi(overrideRuleRoute, async (c) => {
      const rule = c.req.valid('param').name
      const { instanceId = null, levels } = c.req.valid('json')
      checkLevels(await show(rule), levels)
      if (instanceId !== null && (await listInstances({ sql }, { id: instanceId })).length === 0) {
        throw notFound(`instance ${instanceId}`)
      }
      await setRuleOverride({ sql }, { rule, instanceId, levels, actor: actorOf(c) })
      return c.json(await show(rule), 200)
    })
    .openapi(dropOverrideRoute, async (c) => {
      const rule = c.req.valid('param').name
      const instanceId = c.req.valid('query').instance ?? null
      await show(rule)
      if (!(await dropRuleOverride({ sql }, { rule, instanceId, actor: actorOf(c) }))) {
        throw new ProblemError({
          status: 404,
          detail: `The levels of ${rule} are not overridden there.`,
        })
      }
      return c.json(await show(rule), 200)
    })
}

function describeRule(about: {
  name: string
  rule: Rule
  runtimes: Awaited<ReturnType<typeof readRuleRuntimes>>
  overrides: Awaited<ReturnType<typeof listRuleOverrides>>
}): RuleDescription {
  const { name, rule, runtimes, overrides } = about
  const runtime = runtimes.find((one) => one.rule === name)
  return {
    name,
    code: rule.code,
    summary: rule.summary,
    area: rule.area,
    scope: rule.scope,
    unit: rule.unit,
    levels: rule.levels,
    reads: [...rule.reads],
    runbooks: rule.runbooks.map(({ runbook }) => runbook),
    mutedBy: [...rule.mutedBy],
    onNoData: rule.onNoData,
    whatToDo: rule.whatToDo,
    overrides: overrides
      .filter((one) => one.rule === name)
      .map(({ instanceId, levels, changedBy, changedAt }) => ({
        instanceId,
        levels: levelsSchema.parse(levels),
        changedBy,
        changedAt: changedAt.toISOString(),
      })),
    runtime: {
      evaluatedAt: runtime?.evaluatedAt?.toISOString() ?? null,
      durationMs: runtime?.durationMs ?? null,
      error: runtime?.error ?? null,
    },
  }
}

const listRulesRoute = createRoute({
  ...access('viewer'),
  method: 'get',
  path: '/rules',
  summary: 'List the rules',
  responses: answers('By their codes.', pageOf(ruleSchema)),
})

const showRuleRoute = createRoute({
  ...access('viewer'),
  method: 'get',
  path: '/rules/{name}',
  summary: 'Show a rule',
  request: { params: ruleParams },
  responses: answers('The rule.', ruleSchema),
})

const overrideRuleRoute = createRoute({
  ...access('admin'),
  method: 'put',
  path: '/rules/{name}/override',
  summary: 'Set other levels for a rule, everywhere or on one instance',
  request: { params: ruleParams, body: jsonBody(overrideSchema) },
  responses: changeAnswers('The rule as it is now.', ruleSchema),
})

const dropOverrideRoute = createRoute({
  ...access('admin'),
  method: 'delete',
  path: '/rules/{name}/override',
  summary: "Go back to a rule's shipped levels",
  request: { params: ruleParams, query: overrideQuery },
  responses: changeAnswers('The rule as it is now.', ruleSchema),
})
