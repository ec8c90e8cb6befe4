import type { Sql, TransactionSql } from 'postgres'
import { bindTo } from './bind.ts'
import type { Pool } from './pool.ts'
import type { Slot } from './slot.ts'

interface Transaction {
  pool: Pool
  maker: Sql
  deadlineMs: number
  /** As in `begin isolation level serializable`. */
  mode: string
  work: (sql: TransactionSql) => unknown
}

/** Runs `work` between begin and commit on one connection; rolls back when it throws. */
export async function transaction({
  pool,
  maker,
  deadlineMs,
  mode,
  work,
}: Transaction): Promise<unknown> {
  const slot = await pool.acquire(deadlineMs)
  const state: State = { slot, deadlineMs, isOver: false, savepoints: 0, maker }
  try {
    await say(state, `begin ${mode.replace(/[^a-z ]/gi, '')}`)
    const result = await spread(work(inside(state)))
    await say(state, 'commit')
    return result
  } catch (error) {
    await say(state, 'rollback').catch((cause: Error) => slot.destroy(cause))
    throw error
  } finally {
    state.isOver = true
    pool.release(slot)
  }
}

interface State {
  slot: Slot
  deadlineMs: number
  isOver: boolean
  savepoints: number
  maker: Sql
}

function inside(state: State): TransactionSql {
  const sql = bindTo(state.maker, (query) => {
    if (state.isOver) return query.reject(new Error('the transaction of this query is over'))
    void state.slot.run(query, state.deadlineMs)
  })
  type Inner = (sql: TransactionSql) => unknown
  const savepoint = (...given: [string, Inner] | [Inner]): Promise<unknown> =>
    inSavepoint({ state, sql: tx, work: given.length === 2 ? given[1] : given[0] })
  const tx = Object.assign(sql, { savepoint }) as unknown as TransactionSql // `prepare` (two-phase) is left out
  return tx
}

interface Savepoint {
  state: State
  sql: TransactionSql
  work: (sql: TransactionSql) => unknown
}

async function inSavepoint({ state, sql, work }: Savepoint): Promise<unknown> {
  const name = `s${state.savepoints++}`
  await say(state, `savepoint ${name}`)
  try {
    const result = await spread(work(sql))
    await say(state, `release savepoint ${name}`)
    return result
  } catch (error) {
    await say(state, `rollback to savepoint ${name}`).catch(() => undefined)
    throw error
  }
}

function say({ slot, deadlineMs }: State, text: string): Promise<void> {
  return slot.ask(text, deadlineMs)
}

// As postgres.js: work may return an array of queries.
function spread(result: unknown): unknown {
  return Array.isArray(result) ? Promise.all(result) : result
}
