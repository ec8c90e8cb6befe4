import type { NotificationOutcome } from '@trunkline/api/repository'
import type SMTPConnection from 'nodemailer/lib/smtp-connection'
import { composeMail, type Mail } from './mail.ts'
import { judge } from './smtp-outcome.ts'
import type { SmtpServer } from './smtp-server.ts'
import { bodyStream, connect, handOver, newConnection, type Sending } from './smtp-session.ts'

const maxMailsPerConnection = 100

export interface SmtpSender {
  /** Never throws: every end is an outcome, at the latest at the deadline. */
  send(mail: Mail): Promise<NotificationOutcome>
  /** Breaks off what is being sent; that ends at once, with its outcome. */
  close(): void
}

/**
 * Hands mails over one after the other, on one connection that is kept warm for a while. `deadlineMs` is for all of
 * one mail, connecting included: nodemailer's own time limits start anew with every byte a slow server drips.
 */
export function createSmtpSender({
  server,
  deadlineMs = 30_000,
  idleMs = 30_000,
}: {
  server: SmtpServer
  deadlineMs?: number
  idleMs?: number
}): SmtpSender {
  let warm: Warm | undefined
  let idle: NodeJS.Timeout | undefined
  let breakOff = new AbortController()

  function drop(): void {
    clearTimeout(idle)
    warm?.connection.close()
    warm = undefined
  }

  function close(): void {
    drop()
    breakOff.abort()
    breakOff = new AbortController()
  }

  async function send(mail: Mail): Promise<NotificationOutcome> {
    clearTimeout(idle)
    const signal = AbortSignal.any([AbortSignal.timeout(deadlineMs), breakOff.signal])
    const bytes = await composeMail(mail)
    const reused = warm !== undefined
    let outcome = await attempt({ mail, bytes, signal })
    // A server may have closed an idle connection; then nothing was said to it about this mail.
    if (reused && outcome.lost) outcome = await attempt({ mail, bytes, signal })
    idle = setTimeout(drop, idleMs).unref()
    return outcome
  }

  async function attempt(given: Sending): Promise<Attempt> {
    const body = bodyStream(given.bytes)
    const connection = warm?.connection ?? newConnection(server, deadlineMs)
    try {
      if (!warm) await connect(connection, server, given.signal)
      warm = { connection, mails: (warm?.mails ?? 0) + 1 }
      const reply = await handOver({ connection, body, ...given })
      if (warm.mails >= maxMailsPerConnection) drop()
      return { outcome: 'sent', reply, error: null, lost: false }
    } catch (error) {
      drop()
      connection.close()
      return judge(error, { hasBody: body.readableDidRead })
    }
  }

  return { send, close }
}

interface Warm {
  connection: SMTPConnection
  mails: number
}

type Attempt = ReturnType<typeof judge>
