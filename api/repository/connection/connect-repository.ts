import postgres, { type Sql, type TransactionSql } from 'postgres'
import { addArrayTypes } from './array-types.ts'
import { bindTo, type Bind } from './bind.ts'
import { createListener } from './listen.ts'
import { openSocket } from './open-socket.ts'
import { createPool, type Pool } from './pool.ts'
import { parseRepositoryUrl, type Endpoint } from './repository-url.ts'
import { createSlot, type Query, type Slot } from './slot.ts'
import { transaction } from './transaction.ts'

export type { ISql, Sql, TransactionSql } from 'postgres'

export interface ConnectOptions {
  url: string
  /** Most connections open at once, beside one for `listen`. */
  max: number
  /** No query stays unanswered for longer, whatever the server, the network or the pool do. */
  deadlineMs: number
  applicationName: string
  /** Server settings of every connection. */
  settings?: Readonly<Record<string, string>>
}

/**
 * postgres.js' `sql` with a deadline on everything: waiting for a connection, connecting, TLS, sign-in, each query, also
 * inside a transaction and on a connection whose other end has vanished. Connects when first used.
 * Left out: `cursor`, `subscribe`, `file`, `largeObject`. Long results are read in pages.
 */
export function connectRepository({
  url,
  max,
  deadlineMs,
  applicationName,
  settings = {},
}: ConnectOptions): Sql {
  const endpoint = parseRepositoryUrl(url)
  const options = driverOptions({ endpoint, deadlineMs, applicationName, settings })
  const open = (signal: AbortSignal) => openSocket(endpoint, signal)
  const pool = createPool({ max, create: () => createSlot({ options, open }) })
  // Never connects: it only makes query objects, which `bindTo` sends elsewhere.
  const maker = postgres(options as unknown as postgres.Options<Record<string, never>>)
  const listener = createListener({
    deadlineMs,
    create: (onNotify) => createSlot({ options, open, onNotify }),
  })

  const bind: Bind = (query) => void runPooled({ pool, query, deadlineMs })
  const sql = bindTo(maker, bind)
  return Object.assign(sql, {
    options,
    begin: (...given: [string, Work] | [Work]) => {
      const [mode, work] = given.length === 2 ? given : (['', given[0]] as const)
      return transaction({ pool, maker, deadlineMs, mode, work })
    },
    reserve: async () => {
      const slot = await pool.acquire(deadlineMs)
      return Object.assign(bindTo(maker, onSlot(slot, deadlineMs)), {
        release: () => pool.release(slot),
      })
    },
    listen: listener.listen,
    end: async () => {
      await Promise.all([pool.close(), listener.close()])
    },
  }) as unknown as Sql // what is left out of it is said above
}

type Work = (sql: TransactionSql) => unknown

const onSlot =
  (slot: Slot, deadlineMs: number): Bind =>
  (query) =>
    void slot.run(query, deadlineMs)

async function runPooled(run: { pool: Pool; query: Query; deadlineMs: number }): Promise<void> {
  const { pool, query, deadlineMs } = run
  const startedAt = performance.now()
  try {
    const slot = await pool.acquire(deadlineMs)
    const leftMs = Math.max(1, deadlineMs - (performance.now() - startedAt))
    await slot.run(query, leftMs).finally(() => pool.release(slot))
  } catch (error) {
    query.reject(error)
  }
}

interface DriverOptions {
  endpoint: Endpoint
  deadlineMs: number
  applicationName: string
  settings: Readonly<Record<string, string>>
}

function driverOptions({
  endpoint,
  deadlineMs,
  applicationName,
  settings,
}: DriverOptions): postgres.ParsedOptions {
  const { host, port, database, user, password } = endpoint
  const driver = postgres({
    host,
    port,
    database,
    user,
    pass: password,
    ssl: false,
    connect_timeout: 0,
    idle_timeout: 0,
    max_lifetime: null,
    fetch_types: false,
    onnotice: () => undefined,
    // int8 arrives as text otherwise; ours stay below 2^53.
    types: { int8: { to: 20, from: [20], parse: Number, serialize: String } },
    connection: {
      application_name: applicationName,
      TimeZone: 'UTC',
      // The server gives up first, so that a slow query costs an error and not the connection.
      statement_timeout: Math.max(100, deadlineMs - 250),
      idle_in_transaction_session_timeout: 2 * deadlineMs + 5_000,
      // A connection whose client vanished must not keep its locks for two hours.
      tcp_keepalives_idle: 10,
      tcp_user_timeout: 20_000,
      ...settings,
    },
  } as unknown as postgres.Options<Record<string, never>>)
  const options = driver.options as unknown as postgres.ParsedOptions
  addArrayTypes(options)
  return options
}
