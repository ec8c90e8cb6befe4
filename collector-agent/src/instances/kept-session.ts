import type { Connection } from '@trunkline/api/agent-client'
import { createTurns } from '../turns.ts'
import { openSession, type Session } from './session.ts'

/** Longest time to connect to a server that was seen up. */
export const connectDeadlineMs = 3_000

/** A session that is kept open and opened again when needed; one user at a time. */
export interface KeptSession extends AsyncDisposable {
  use<T>(work: (open: () => Promise<Session>) => Promise<T>): Promise<T>
}

export function createKeptSession(connection: Connection, onLost: () => void): KeptSession {
  const inTurn = createTurns()
  let session: Session | undefined
  let isClosing = false

  async function opened(): Promise<Session> {
    if (session?.isOpen) return session
    session = await openSession({
      connection,
      applicationName: 'trunkline_agent',
      deadlineMs: connectDeadlineMs,
      onClose: () => {
        if (!isClosing) onLost()
      },
    })
    return session
  }

  return {
    use: (work) => inTurn(() => work(opened)),
    async [Symbol.asyncDispose]() {
      isClosing = true
      await session?.[Symbol.asyncDispose]()
    },
  }
}
