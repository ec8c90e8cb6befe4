import { hostname } from 'node:os'
import { Readable } from 'node:stream'
import type { NotificationOutcome } from '@trunkline/api/repository'
import SMTPConnection from 'nodemailer/lib/smtp-connection'
import { composeMail, type Mail } from './mail.ts'
import { judge } from './smtp-outcome.ts'
import type { SmtpServer } from './smtp-server.ts'

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

  async function attempt(given: Given): Promise<Attempt> {
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

interface Given {
  mail: Mail
  bytes: Buffer
  signal: AbortSignal
}

type Attempt = ReturnType<typeof judge>

async function connect(
  connection: SMTPConnection,
  { auth }: SmtpServer,
  signal: AbortSignal,
): Promise<void> {
  await settled(connection, signal, (done) => connection.connect(done))
  // Or the last few bytes of a mail wait 40 ms for an acknowledgement of the ones before.
  if (connection._socket) connection._socket.setNoDelay(true)
  if (auth) await settled(connection, signal, (done) => connection.login(auth, done))
}

async function handOver({
  connection,
  mail,
  body,
  bytes,
  signal,
}: Given & { connection: SMTPConnection; body: Readable }): Promise<string> {
  const envelope = {
    from: mail.from.address,
    to: [mail.to.address],
    size: bytes.length,
    use8BitMime: true,
  }
  let reply = ''
  await settled(connection, signal, (done) =>
    connection.send(envelope, body, (error, info) => {
      reply = info?.response ?? ''
      done(error)
    }),
  )
  return reply
}

/** Waits for a callback, an error event or the deadline, whichever is first. */
function settled(
  connection: SMTPConnection,
  signal: AbortSignal,
  start: (done: (error?: Error | null) => void) => void,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const end = (error?: Error | null): void => {
      connection.off('error', end)
      signal.removeEventListener('abort', late)
      if (error) reject(error)
      else resolve()
    }
    const late = (): void => {
      connection.close()
      const isLate = signal.reason instanceof DOMException && signal.reason.name === 'TimeoutError'
      end(new Error(isLate ? 'the mail server took too long' : 'sending was broken off'))
    }
    if (signal.aborted) return late()
    signal.addEventListener('abort', late)
    connection.once('error', end)
    start(end)
  })
}

/** Read only once the server has said 354: what was read may have arrived. */
function bodyStream(bytes: Buffer): Readable {
  return Readable.from([bytes], { objectMode: false })
}

function newConnection(server: SmtpServer, deadlineMs: number): SMTPConnection {
  const connection = new SMTPConnection({
    host: server.host,
    port: server.port,
    name: hostname(),
    secure: server.tls === 'implicit',
    requireTLS: server.tls === 'required',
    ignoreTLS: server.tls === 'none',
    opportunisticTLS: server.tls === 'opportunistic',
    tls: { rejectUnauthorized: server.tls !== 'opportunistic' },
    connectionTimeout: deadlineMs,
    greetingTimeout: deadlineMs,
    socketTimeout: deadlineMs,
    socketCloseTimeout: 0,
  })
  // Between two mails, and while it is torn down, nobody else hears an error; unheard it would end the process.
  connection.on('error', () => undefined)
  return connection
}
