import type { Row, Session } from '../instances/session.ts'
import { bind, type Parameters } from './bind.ts'
import type { ReadyStep } from './run-steps.ts'
import type { SqlStep } from './runbook-document.ts'

const maxRows = 100

/** A statement that looks and one that acts, both over one session of the instance's action role. */
export function sqlStep(
  { says, preview, sql }: SqlStep,
  { session, parameters }: { session: Session; parameters: Parameters },
): ReadyStep {
  async function ask(statement: string, leftMs: number): Promise<Row[]> {
    const rows: Row[] = []
    const { text, values } = bind(statement, parameters)
    session.set({ statement_timeout: Math.ceil(leftMs) })
    const onRow = (row: Row) => {
      if (rows.length < maxRows) rows.push(row)
    }
    await session.query(text, { parameters: values, deadlineMs: leftMs + 500, onRow })
    return rows
  }
  return { says, preview: (leftMs) => ask(preview, leftMs), effect: (leftMs) => ask(sql, leftMs) }
}
