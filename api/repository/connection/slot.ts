import { Duplex } from 'node:stream'
import postgres from 'postgres'
import { RepositoryUnavailable } from './unavailable.ts'

/** What postgres.js' queries are beneath their public type: a promise that is handed to a handler when awaited. */
export interface Query extends Promise<unknown> {
  handler: (query: Query) => void
  canceller: unknown
  cursorFn?: unknown
  reject: (error: unknown) => void
}

/** One connection, used by one query or transaction at a time, and thrown away when it is lost. */
export interface Slot {
  /** Settles when the query has; after `timeoutMs` the query is rejected and the connection destroyed. */
  run(query: Query, timeoutMs: number): Promise<void>
  /** Says one thing itself, with the same deadline. */
  ask(text: string, timeoutMs: number): Promise<void>
  isLost(): boolean
  destroy(reason: Error): void
  close(): Promise<void>
  /** Aborts when the connection is lost. */
  lost: AbortSignal
}

export interface SlotOptions {
  options: postgres.ParsedOptions
  open: (signal: AbortSignal) => Promise<Duplex>
  onNotify?: (channel: string, payload: string) => void
}

/**
 * A postgres.js client of one connection that never makes a second one. Its own pool is not used: in 3.4.9 what is left
 * of a transaction whose connection broke is written to no socket, which throws where nobody can catch it, or to the
 * next connection, into whatever runs there; and nothing bounds how long a query may stay unanswered.
 */
export function createSlot({ options, open, onNotify }: SlotOptions): Slot {
  const lost = new AbortController()
  let opened = false
  const client = postgres({
    ...options,
    max: 1,
    ...(onNotify && { onnotify: onNotify }),
    socket: async () => {
      if (opened) return failingSocket(lossOf(lost.signal))
      opened = true
      return openOnce({ open, lost })
    },
  } as unknown as postgres.Options<Record<string, never>>) // parsed options are taken as they are
  const newQuery = (text: string): Query => client.unsafe(text) as unknown as Query // see Query
  const send = newQuery('').handler

  const destroy = (reason: Error): void => {
    if (!lost.signal.aborted) lost.abort(reason)
  }
  const ready = readiness(client, destroy)
  const run = (query: Query, timeoutMs: number): Promise<void> =>
    runOn({
      send,
      query,
      timeoutMs: Math.round(timeoutMs),
      lost: lost.signal,
      destroy,
      ready,
    })
  return {
    run,
    ask: async (text, timeoutMs) => {
      const query = newQuery(text)
      // Awaiting it would send it by itself, too.
      query.handler = () => void run(query, timeoutMs)
      await query
    },
    lost: lost.signal,
    isLost: () => lost.signal.aborted,
    destroy,
    close: async () => {
      if (lost.signal.aborted) return
      await client.end({ timeout: 1 })
      destroy(new Error('the connection was closed'))
    },
  }
}

interface Run {
  send: (query: Query) => void
  query: Query
  timeoutMs: number
  lost: AbortSignal
  destroy: (reason: Error) => void
  ready: () => Promise<void>
}

async function runOn(run: Run): Promise<void> {
  const { query, timeoutMs, lost, destroy } = run
  if (lost.aborted) return query.reject(lossOf(lost))
  const gone = Promise.withResolvers<void>()
  const fail = (): void => {
    query.reject(lossOf(lost))
    gone.resolve()
  }
  lost.addEventListener('abort', fail, { once: true })
  const timer = setTimeout(
    () =>
      destroy(new RepositoryUnavailable(`the repository did not answer within ${timeoutMs} ms`)),
    timeoutMs,
  )
  // Whatever the driver does with a lost connection, nobody waits for it.
  await Promise.race([settle(run), gone.promise])
  clearTimeout(timer)
  lost.removeEventListener('abort', fail)
}

async function settle({ send, query, destroy, ready }: Run): Promise<void> {
  try {
    await ready()
    send(query)
    await query
  } catch (error) {
    query.reject(error)
    // Read-only under our feet: this server is not the primary any more.
    if (error instanceof postgres.PostgresError && error.code === '25006') destroy(error)
  }
}

const readOnly = 'the repository is read-only: a standby, or set to read-only'
const whoAreYou = `select pg_is_in_recovery() or current_setting('default_transaction_read_only')::bool as is_read_only`

/** Asks once whether the server takes writes; one that does not counts as away. Without an answer it is not used again. */
function readiness(client: postgres.Sql, destroy: (reason: Error) => void): () => Promise<void> {
  let asked: Promise<void> | undefined
  const ask = async (): Promise<void> => {
    try {
      const [answer] = await client.unsafe<{ is_read_only: boolean }[]>(whoAreYou)
      if (answer?.is_read_only === true) throw new RepositoryUnavailable(readOnly)
    } catch (error) {
      destroy(error instanceof Error ? error : new Error(String(error)))
      throw error
    }
  }
  return () => (asked ??= ask())
}

async function openOnce({
  open,
  lost,
}: {
  open: SlotOptions['open']
  lost: AbortController
}): Promise<Duplex> {
  try {
    const socket = await open(lost.signal)
    lost.signal.addEventListener('abort', () => socket.destroy(lossOf(lost.signal)), { once: true })
    const lose = (cause?: unknown): void =>
      lost.abort(new RepositoryUnavailable('the connection to the repository was lost', { cause }))
    // The error before the driver hears of it: what fails by it must not be handed this connection again.
    socket.once('error', lose).once('close', () => lose())
    return socket
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message || cause.name : String(cause)
    lost.abort(new RepositoryUnavailable(`the repository cannot be reached: ${reason}`, { cause }))
    return failingSocket(lossOf(lost.signal))
  }
}

// An exception from the `socket` option would leave postgres.js waiting for ever, so a socket is given that fails.
function failingSocket(reason: Error): Duplex {
  const socket = new Duplex({
    read: () => undefined,
    write: (_chunk, _encoding, done) => done(reason),
  })
  setTimeout(() => socket.destroy(reason), 1)
  return socket
}

function lossOf(signal: AbortSignal): Error {
  return signal.reason instanceof Error
    ? signal.reason
    : new RepositoryUnavailable('the connection was lost')
}
