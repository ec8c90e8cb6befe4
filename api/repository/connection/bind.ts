import type { Sql } from 'postgres'
import type { Query } from './slot.ts'

/** Takes a query that was awaited, and sees that it settles. */
export type Bind = (query: Query) => void

/** A `sql` tag whose queries are sent by `bind`; fragments, lists and parameters are those of `maker`. */
export function bindTo(maker: Sql, bind: Bind) {
  const redirect = (made: unknown): unknown => {
    if (!(made instanceof Promise)) return made
    const query = made as Query // the only promises that postgres.js' tag makes
    query.canceller = null
    query.handler = (started) => {
      if (started.cursorFn === undefined) return bind(started)
      started.reject(new Error('cursors are not supported here: read in pages'))
    }
    return query
  }
  const make = maker as unknown as (...given: unknown[]) => unknown
  const tag = (...given: unknown[]): unknown => redirect(make(...given))
  return Object.assign(tag, {
    unsafe: (...given: Parameters<Sql['unsafe']>) => redirect(maker.unsafe(...given)),
    notify: (channel: string, payload: string) => tag`select pg_notify(${channel}, ${payload})`,
    array: maker.array.bind(maker),
    json: maker.json.bind(maker),
    typed: maker.typed,
    types: maker.types,
    PostgresError: maker.PostgresError,
  })
}
