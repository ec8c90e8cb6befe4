import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { callbackify } from 'node:util'
import PostalMime from 'postal-mime'
import { SMTPServer, type SMTPServerAddress, type SMTPServerSession } from 'smtp-server'

export interface Mail {
  /** Envelope. */
  from: string
  to: string[]
  subject: string
  /** With its angle brackets, as sent. */
  messageId: string
  inReplyTo: string | undefined
  references: string | undefined
  /** By lower-case name; of a repeated header the last. */
  headers: Record<string, string>
  text: string
  html: string
  raw: string
  /** `Date.now()` when the sink accepted it. */
  acceptedAt: number
}

export interface SmtpSink extends AsyncDisposable {
  url: string
  port: number
  /** Accepted so far, oldest first. */
  mails: Mail[]
  /** The first mail, of those here or to come, for which `predicate` holds. */
  waitFor(predicate: (mail: Mail) => boolean, timeoutMs: number): Promise<Mail>
  /** The next attempt is answered so: to RCPT TO when `recipient` is given, else after DATA. */
  failNext(code: number, text: string, recipient?: string): void
}

export interface SmtpSinkOptions {
  port?: number
  /** Demand this sign-in. */
  auth?: { user: string; password: string }
  /** Offers STARTTLS, or speaks TLS from the first byte; with a certificate that nobody signed. */
  tls?: 'starttls' | 'implicit'
  /** Called before a mail is acknowledged: a place to hold or to break the connection. */
  beforeAccept?: (mail: Mail) => Promise<void>
}

/** A real SMTP server on 127.0.0.1 that keeps what it gets. */
export async function startSmtpSink(options: SmtpSinkOptions = {}): Promise<SmtpSink> {
  const mails: Mail[] = []
  const failures: { code: number; text: string; recipient: string | undefined }[] = []
  const waiting = new Set<(mail: Mail) => void>()

  function takeFailure(recipient?: string): Error | undefined {
    const place = failures.findIndex((failure) => failure.recipient === recipient)
    if (place === -1) return undefined
    const [failure] = failures.splice(place, 1)
    return failure && Object.assign(new Error(failure.text), { responseCode: failure.code })
  }

  async function accept(stream: AsyncIterable<Buffer>, session: SMTPServerSession): Promise<void> {
    const mail = await parseMail(await readAll(stream), session)
    const failure = takeFailure()
    if (failure) throw failure
    await options.beforeAccept?.(mail)
    mails.push(mail)
    for (const tell of waiting) tell(mail)
  }

  const server = new SMTPServer({
    authOptional: !options.auth,
    secure: options.tls === 'implicit',
    disabledCommands: [
      ...(options.tls === undefined ? ['STARTTLS'] : []),
      ...(options.auth ? [] : ['AUTH']),
    ],
    allowInsecureAuth: true,
    logger: false,
    // Connections that clients keep warm are not waited for.
    closeTimeout: 100,
    onAuth: ({ username, password }, _session, done) => {
      const right = username === options.auth?.user && password === options.auth?.password
      done(right ? null : new Error('wrong user or password'), { user: username })
    },
    onRcptTo: (address, _session, done) => done(takeFailure(address.address)),
    onData: callbackify(accept),
  })
  server.on('error', () => undefined)
  server.listen(options.port ?? 0, '127.0.0.1')
  await once(server.server, 'listening')
  // A server listening on TCP always has an AddressInfo.
  const { port } = server.server.address() as AddressInfo

  return {
    url: `${options.tls === 'implicit' ? 'smtps' : 'smtp'}://127.0.0.1:${port}`,
    port,
    mails,
    waitFor: (predicate, timeoutMs) => waitForMail({ mails, waiting, predicate, timeoutMs }),
    failNext: (code, text, recipient) => void failures.push({ code, text, recipient }),
    async [Symbol.asyncDispose]() {
      await new Promise<void>((done) => server.close(() => done()))
    },
  }
}

function waitForMail(wanted: {
  mails: Mail[]
  waiting: Set<(mail: Mail) => void>
  predicate: (mail: Mail) => boolean
  timeoutMs: number
}): Promise<Mail> {
  const { mails, waiting, predicate, timeoutMs } = wanted
  const here = mails.find(predicate)
  if (here) return Promise.resolve(here)
  return new Promise((resolve, reject) => {
    const look = (mail: Mail) => predicate(mail) && settle(() => resolve(mail))
    const patience = setTimeout(() => settle(() => reject(tooLate(mails, timeoutMs))), timeoutMs)
    function settle(end: () => void): void {
      clearTimeout(patience)
      waiting.delete(look)
      end()
    }
    waiting.add(look)
  })
}

function tooLate(mails: Mail[], timeoutMs: number): Error {
  const subjects = mails.map((mail) => JSON.stringify(mail.subject)).join(', ') || 'none'
  return new Error(`no such mail within ${timeoutMs} ms; mails so far: ${subjects}`)
}

async function readAll(stream: AsyncIterable<Buffer>): Promise<Buffer> {
  const pieces: Buffer[] = []
  for await (const piece of stream) pieces.push(piece)
  return Buffer.concat(pieces)
}

async function parseMail(raw: Buffer, session: SMTPServerSession): Promise<Mail> {
  const parsed = await PostalMime.parse(raw)
  const { mailFrom, rcptTo } = session.envelope
  return {
    from: mailFrom ? mailFrom.address : '',
    to: rcptTo.map((address: SMTPServerAddress) => address.address),
    subject: parsed.subject ?? '',
    messageId: parsed.messageId ?? '',
    inReplyTo: parsed.inReplyTo,
    references: parsed.references,
    headers: Object.fromEntries(parsed.headers.map(({ key, value }) => [key, value])),
    text: parsed.text ?? '',
    html: parsed.html ?? '',
    raw: raw.toString('utf8'),
    acceptedAt: Date.now(),
  }
}
