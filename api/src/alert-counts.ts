import { countAlerts, type Sql } from '../repository/index.ts'

/** How many alerts fire, by level. */
export async function listAlertCounts({ sql }: { sql: Sql }) {
  const rows = await countAlerts({ sql })
  const count = (wanted: number) =>
    rows.reduce((sum, { level, alerts }) => (level === wanted ? sum + alerts : sum), 0)
  return { critical: count(3), warning: count(2), info: count(1) }
}
