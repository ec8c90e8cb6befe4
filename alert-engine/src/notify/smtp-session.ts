import { hostname } from 'node:os'
import { Readable } from 'node:stream'
import SMTPConnection from 'nodemailer/lib/smtp-connection'
import type { Mail } from './mail.ts'
import type { SmtpServer } from './smtp-server.ts'

/** One mail on its way. */
export interface Sending {
  mail: Mail
  bytes: Buffer
  /** Aborted at the deadline. */
  signal: AbortSignal
}

/** Opens a connection up to the point where mails can be sent. */
export async function connect(
  connection: SMTPConnection,
  { auth }: SmtpServer,
  signal: AbortSignal,
): Promise<void> {
  await settled(connection, signal, (done) => connection.connect(done))
  // Or the last few bytes of a mail wait 40 ms for an acknowledgement of the ones before.
  if (connection._socket) connection._socket.setNoDelay(true)
  if (auth) await settled(connection, signal, (done) => connection.login(auth, done))
}

/** Sends one mail; the server's last reply. */
export async function handOver({
  connection,
  mail,
  body,
  bytes,
  signal,
}: Sending & { connection: SMTPConnection; body: Readable }): Promise<string> {
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
export function bodyStream(bytes: Buffer): Readable {
  return Readable.from([bytes], { objectMode: false })
}

export function newConnection(server: SmtpServer, deadlineMs: number): SMTPConnection {
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
