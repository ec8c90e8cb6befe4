import { once } from 'node:events'
import type { Connection } from '@trunkline/api/agent-client'
import { connectSocket } from './socket.ts'

/** What is at a port: PostgreSQL with or without TLS, or something else. */
export type Greeting = 'TLS' | 'no TLS' | 'other'

const sslRequest = Buffer.from([0, 0, 0, 8, 4, 210, 22, 47])

/**
 * Asks as every client of PostgreSQL may begin, whether it speaks TLS: it answers with one letter and waits. Others close,
 * or answer with more. `undefined` when nothing was said in time.
 */
export async function readGreeting(
  connection: Connection,
  deadlineMs: number,
): Promise<Greeting | undefined> {
  const signal = AbortSignal.timeout(deadlineMs)
  const socket = await connectSocket(connection, signal).catch(() => undefined)
  if (!socket) return undefined
  try {
    socket.write(sslRequest)
    const said = once(socket, 'data', { signal })
    const [answer]: unknown[] = await Promise.race([said, once(socket, 'close', { signal })])
    return greetingOf(answer)
  } catch {
    return signal.aborted ? undefined : 'other'
  } finally {
    socket.destroy()
  }
}

function greetingOf(answer: unknown): Greeting {
  const word = Buffer.isBuffer(answer) ? answer.toString('latin1') : ''
  if (word === 'S') return 'TLS'
  return word === 'N' ? 'no TLS' : 'other'
}
