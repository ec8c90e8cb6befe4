import postgres from 'postgres'
import type { Connection } from '@trunkline/api/agent-client'
import { connectSocket, sslOf } from './socket.ts'

export type Row = Record<string, unknown>

/** One connection to a monitored server. It is never made again: when it is gone, open another. */
export interface Session extends AsyncDisposable {
  /** What the server reported when it was opened: `server_version`, `is_superuser` … */
  readonly parameters: Readonly<postgres.ConnectionParameters>
  readonly isOpen: boolean
  /** Runs one statement. Past the deadline the connection is cut and `DeadlineError` thrown. */
  query(text: string, options: QueryOptions): Promise<void>
  /** Settings for what follows: sent ahead of the next statement, at no round trip of its own. */
  set(settings: Record<string, string | number>): void
}

export interface QueryOptions {
  deadlineMs: number
  parameters?: readonly (string | number)[]
  onRow?: (row: Row) => void
}

export interface SessionOptions {
  connection: Connection
  applicationName: string
  /** Longest time to connect and authenticate. */
  deadlineMs: number
  /** Beyond the settings that every session of ours has. */
  settings?: Record<string, string | number>
  onClose?: () => void
}

/** No answer in time: the path or the server hangs. */
export class DeadlineError extends Error {
  override name = 'DeadlineError'
}

/** Connects, with settings that no role's or database's own can change. */
export async function openSession(options: SessionOptions): Promise<Session> {
  const cut = new AbortController()
  let isOpen = true
  const sql = connectLazily(options, {
    signal: cut.signal,
    onClose: () => {
      isOpen = false
      options.onClose?.()
    },
  })
  const destroy = () => {
    isOpen = false
    void sql.end({ timeout: 0 })
    cut.abort()
  }
  const inTime = <T>(work: Promise<T>, deadlineMs: number) =>
    withDeadline(work, { deadlineMs, onDeadline: destroy })

  // The driver connects at the first statement; an empty one costs the server nothing.
  await inTime(sql.unsafe(''), options.deadlineMs).catch((error: unknown) => {
    destroy()
    throw error
  })
  return {
    parameters: sql.parameters,
    get isOpen() {
      return isOpen
    },
    set(settings) {
      void sql.unsafe(setStatements(settings)).catch(() => undefined)
    },
    async query(text, { deadlineMs, parameters = [], onRow = () => undefined }) {
      await inTime(sql.unsafe(text, [...parameters], extended).forEach(onRow), deadlineMs)
    },
    async [Symbol.asyncDispose]() {
      isOpen = false
      // The server frees the session's slot before it closes its end: waiting for that keeps us within our three.
      await sql.end({ timeout: 0.5 })
      cut.abort()
    },
  }
}

// One statement at a time, also without parameters; kept prepared for as long as the session lives.
const extended: postgres.UnsafeQueryOptions = Object.assign({ prepare: true }, { simple: false })

function connectLazily(
  { connection, applicationName, settings }: SessionOptions,
  { signal, onClose }: { signal: AbortSignal; onClose: () => void },
): postgres.Sql<{ int8: number; time: string }> {
  const options = {
    host: connection.address,
    port: connection.port,
    database: connection.database,
    user: connection.user,
    password: () => connection.password ?? '',
    ssl: sslOf(connection),
    max: 1,
    idle_timeout: 0,
    max_lifetime: 0,
    connect_timeout: 0,
    fetch_types: false,
    types: plainTypes,
    onnotice: () => undefined,
    onclose: onClose,
    connection: { ...forcedSettings, application_name: applicationName, ...settings },
  }
  let isUsed = false
  async function socket() {
    if (isUsed) throw new Error('The server closed the connection.')
    isUsed = true
    const connected = await connectSocket(connection, signal)
    signal.addEventListener('abort', () => connected.destroy())
    // For the name in its certificate.
    return Object.assign(connected, { host: connection.address })
  }
  // The driver's types do not know `socket`.
  return postgres(Object.assign(options, { socket }))
}

const forcedSettings = {
  client_encoding: 'UTF8',
  search_path: 'pg_catalog',
  DateStyle: 'ISO, MDY',
  IntervalStyle: 'postgres',
  TimeZone: 'UTC',
  extra_float_digits: '1',
  bytea_output: 'hex',
  lock_timeout: 300,
  statement_timeout: 5_000,
  idle_in_transaction_session_timeout: 5_000,
  default_transaction_read_only: true,
  // Ours are small questions: neither workers nor compiled code.
  max_parallel_workers_per_gather: '0',
  jit: 'off',
}

/** Numbers as numbers; times as text, since a Date has no microseconds and those tell sessions apart. */
const plainTypes = {
  int8: { to: 20, from: [20], serialize: String, parse: Number },
  time: { to: 1184, from: [1082, 1114, 1184], serialize: String, parse: isoTime },
}

function isoTime(text: string): string {
  return text.replace(' ', 'T').replace(/\+00$/, 'Z')
}

function setStatements(settings: Record<string, string | number>): string {
  return Object.entries(settings)
    .map(([name, value]) => `set ${name} to '${String(value).replaceAll("'", "''")}'`)
    .join(';')
}

async function withDeadline<T>(
  work: Promise<T>,
  { deadlineMs, onDeadline }: { deadlineMs: number; onDeadline: () => void },
): Promise<T> {
  const late = Promise.withResolvers<never>()
  const timer = setTimeout(() => {
    late.reject(new DeadlineError(`The server did not answer within ${deadlineMs} ms.`))
    onDeadline()
  }, deadlineMs)
  try {
    return await Promise.race([work, late.promise])
  } finally {
    clearTimeout(timer)
  }
}
