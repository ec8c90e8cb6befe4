import { createRoute } from '@hono/zod-openapi'
import { access } from '../access.ts'
import { pageOf } from '../schemas/paging.ts'
import {
  historyQuery,
  historySchema,
  probeParams,
  probeSchema,
  samplesQuery,
  samplesSchema,
} from '../schemas/probe.ts'
import { answers } from '../schemas/problem.ts'
import { columnsOf, probes, targetColumn, type Probe } from '@trunkline/probes'
import { readHistory, readNewest } from '../../repository/index.ts'
import type { Needs } from '../needs.ts'
import { notFound, ProblemError } from '../problem-error.ts'
import { newRoutes } from '../routing.ts'
import { readRange } from '../history-range.ts'
import type { ProbeDescription } from '../schemas/probe.ts'

/** What is collected, the newest of it, and over time. */
export function probesRoutes({ sql, now }: Needs) {
  return newRoutes()
    .openapi(listProbesRoute, (c) => {
      const items = Object.entries(probes).map(([name, probe]) => describeProbe(name, probe))
      return c.json({ items, next: null }, 200)
    })
    .openapi(showSamplesRoute, async (c) => {
      const { name, probe } = probeOf(c.req.valid('param').probe)
      const target = targetOf(probe, c.req.valid('query'))
      const { collectedAt, ...newest } = await readNewest({ sql }, { name, probe, target })
      const ageSeconds =
        collectedAt && Math.max(0, (now().getTime() - collectedAt.getTime()) / 1_000)
      return c.json({ probe: name, collectedAt, ageSeconds, ...newest }, 200)
    })
    .openapi(showHistoryRoute, async (c) => {
      const { name, probe } = probeOf(c.req.valid('param').probe)
      const query = c.req.valid('query')
      const target = targetOf(probe, query)
      const range = readRange({ query, probe, now: now() })
      return c.json(await readHistory({ sql }, { name, probe, target, ...range }), 200)
    })
}

function probeOf(name: string): { name: string; probe: Probe } {
  const known: Record<string, Probe> = probes
  const probe = Object.hasOwn(known, name) ? known[name] : undefined
  if (!probe) throw notFound(`probe ${name}`)
  return { name, probe }
}

function targetOf(
  probe: Probe,
  query: { instance?: number | undefined; host?: number | undefined },
): number {
  const wanted = targetColumn(probe) === 'host_id' ? 'host' : 'instance'
  const target = query[wanted]
  if (target !== undefined) return target
  throw new ProblemError({ status: 400, detail: `This probe needs ?${wanted}= and its id.` })
}

function describeProbe(name: string, probe: Probe): ProbeDescription {
  const { summary, scope, role, every, retention } = probe
  const metrics = Object.entries(probe.metrics).map(([metric, { unit, kind, description }]) => ({
    name: metric,
    unit,
    kind,
    description,
  }))
  return { name, summary, scope, role, every, retention, columns: columnsOf(probe), metrics }
}

const listProbesRoute = createRoute({
  ...access('viewer'),
  method: 'get',
  path: '/probes',
  summary: 'List the probes',
  responses: answers('What is collected.', pageOf(probeSchema)),
})

const showSamplesRoute = createRoute({
  ...access('viewer'),
  method: 'get',
  path: '/samples/{probe}',
  summary: 'The newest rows of a probe',
  request: { params: probeParams, query: samplesQuery },
  responses: answers('The newest sample.', samplesSchema),
})

const showHistoryRoute = createRoute({
  ...access('viewer'),
  method: 'get',
  path: '/history/{probe}',
  summary: 'A probe over time',
  request: { params: probeParams, query: historyQuery },
  responses: answers('One series a label set and column.', historySchema),
})
