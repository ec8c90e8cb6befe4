import { probes } from '@trunkline/probes'
import { rules } from '@trunkline/rules'
import {
  countAlerts,
  listInstances,
  listProbeRuns,
  readBlindSpots,
  readRuleRuntimes,
  type Sql,
} from '../repository/index.ts'
import { createInstanceView } from './health.ts'
import type { Instance } from './schemas/instance.ts'

/** The instances as they look now, or the one of this id: six statements, however many there are. */
export async function readFleet({ sql }: { sql: Sql }, only?: { id: number }): Promise<Instance[]> {
  const [rows, runs, alerts, runtimes, blindSpots] = await Promise.all([
    listInstances({ sql }, only),
    listProbeRuns({ sql }),
    countAlerts({ sql }),
    readRuleRuntimes({ sql }),
    readBlindSpots({ sql }, rules),
  ])
  return rows.map(createInstanceView({ probes, rules, runs, alerts, runtimes, blindSpots }))
}
