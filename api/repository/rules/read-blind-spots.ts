import type { Rule } from '@trunkline/rules'
import type postgres from 'postgres'

export interface BlindSpot {
  rule: string
  instanceId: number
}

/** Where which rule can say nothing: one statement for all rules that know such places. */
export async function readBlindSpots(
  { sql }: { sql: postgres.ISql },
  rules: Readonly<Record<string, Rule>>,
): Promise<BlindSpot[]> {
  const queries = Object.entries(rules).flatMap(([name, { blindTo }]) =>
    blindTo === undefined
      ? []
      : [`select '${name}' as rule, instance_id as "instanceId" from (${blindTo}) spot`],
  )
  return queries.length === 0 ? [] : await sql.unsafe<BlindSpot[]>(queries.join(' union all '))
}
