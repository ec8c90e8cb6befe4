import { once } from 'node:events'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { afterEach, describe, expect, test } from 'vitest'
import { startSmtpSink } from '../../../deploy/test/smtp.ts'
import type { Mail } from './mail.ts'
import { parseSmtpUrl } from './smtp-server.ts'
import { createSmtpSender, type SmtpSender } from './smtp.ts'

const opened: { close(): void }[] = []
afterEach(() => {
  for (const one of opened.splice(0)) one.close()
})

function senderTo(url: string, deadlineMs?: number): SmtpSender {
  const sender = createSmtpSender({
    server: parseSmtpUrl(url),
    ...(deadlineMs === undefined ? {} : { deadlineMs }),
  })
  opened.push(sender)
  return sender
}

function mail(given: Partial<Mail> = {}): Mail {
  return {
    from: { name: 'Trunkline', address: 'trunkline@example.org' },
    to: { name: '', address: 'a@example.org' },
    messageId: '<one@test>',
    inReplyTo: null,
    subject: '[critical] shop: down',
    text: 'It is down.',
    html: '<p>It is down.</p>',
    date: new Date('2026-01-02T03:04:05Z'),
    headers: { 'List-Id': 'Trunkline alerts <alerts.example.org>' },
    ...given,
  }
}

/** A server that speaks only as the test says. */
async function startScripted(talk: (socket: Socket) => void): Promise<string> {
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => undefined)
    talk(socket)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  opened.push({
    close: () => {
      server.close()
      for (const socket of sockets) socket.destroy()
    },
  })
  // A server listening on TCP always has an AddressInfo.
  return `smtp://127.0.0.1:${(server.address() as AddressInfo).port}`
}

describe('against a real server', () => {
  test('hands over text and HTML with its ids, and marks them as automatic', async () => {
    await using sink = await startSmtpSink()
    const sender = senderTo(sink.url)
    const outcome = await sender.send(mail({ inReplyTo: '<root@test>', messageId: '<two@test>' }))
    expect(outcome).toMatchObject({ outcome: 'sent', error: null })
    expect(outcome.reply).toMatch(/^250 /)
    const [got] = sink.mails
    expect(got).toMatchObject({
      to: ['a@example.org'],
      messageId: '<two@test>',
      inReplyTo: '<root@test>',
      references: '<root@test>',
    })
    expect(got?.headers).toMatchObject({
      'auto-submitted': 'auto-generated',
      'list-id': 'Trunkline alerts <alerts.example.org>',
      date: 'Fri, 02 Jan 2026 03:04:05 +0000',
    })
    expect(got?.text).toContain('It is down.')
    expect(got?.html).toContain('<p>It is down.</p>')
  })

  test('keeps hostile text inside its header and its lines short', async () => {
    await using sink = await startSmtpSink()
    const subject = `[critical] 🐘 "quo;te" <script> ${'ö'.repeat(150)}\r\nBcc: evil@example.org`
    await senderTo(sink.url).send(
      mail({
        subject,
        text: `.\r\n.\nQUIT\r\n${'x'.repeat(5_000)}`,
        headers: { 'X-A': 'b\r\nBcc: c@d' },
      }),
    )
    const [got] = sink.mails
    expect(got?.to).toEqual(['a@example.org'])
    expect(got?.headers['bcc']).toBeUndefined()
    expect(got?.subject).toContain('🐘 "quo;te" <script> ööö')
    expect(got?.text).toContain('.\n.\nQUIT')
    expect(Math.max(...(got?.raw ?? '').split('\r\n').map((line) => line.length))).toBeLessThan(998)
  })

  test.each([
    [421, 'retry'],
    [451, 'retry'],
    [452, 'retry'],
    [550, 'dead'],
    [554, 'dead'],
  ] as const)('%d to the receiver and to the message: %s', async (code, expected) => {
    await using sink = await startSmtpSink()
    const sender = senderTo(sink.url)
    sink.failNext(code, 'no', 'a@example.org')
    expect(await sender.send(mail())).toMatchObject({ outcome: expected })
    sink.failNext(code, 'no')
    const outcome = await sender.send(mail())
    expect(outcome.outcome).toBe(expected)
    expect(outcome.reply).toContain(String(code))
    expect(await sender.send(mail())).toMatchObject({ outcome: 'sent' })
    expect(sink.mails).toHaveLength(1)
  })

  test('a wrong password is a fault of the set-up and is tried again', async () => {
    await using sink = await startSmtpSink({ auth: { user: 'u', password: 'right' } })
    const wrong = senderTo(`smtp://u:wrong@127.0.0.1:${sink.port}`)
    expect(await wrong.send(mail())).toMatchObject({ outcome: 'retry' })
    const right = senderTo(`smtp://u:right@127.0.0.1:${sink.port}`)
    expect(await right.send(mail())).toMatchObject({ outcome: 'sent' })
  })

  test.each([
    ['opportunistic takes any certificate', 'starttls', '', 'sent'],
    ['required wants one that is signed', 'starttls', '?tls=required', 'retry'],
    ['required wants STARTTLS', undefined, '?tls=required', 'retry'],
    ['none does not ask', undefined, '?tls=none', 'sent'],
    ['implicit wants a certificate that is signed', 'implicit', '', 'retry'],
  ] as const)('TLS: %s', async (...[, tls, query, expected]) => {
    await using sink = await startSmtpSink(tls === undefined ? {} : { tls })
    const outcome = await senderTo(sink.url + query).send(mail())
    expect(outcome.outcome, outcome.error ?? '').toBe(expected)
    expect(sink.mails).toHaveLength(expected === 'sent' ? 1 : 0)
  })

  test('nobody listening: tried again', async () => {
    const sink = await startSmtpSink()
    await sink[Symbol.asyncDispose]()
    expect(await senderTo(sink.url).send(mail())).toMatchObject({ outcome: 'retry' })
  })

  test('a connection that broke while idle costs nothing', async () => {
    const first = await startSmtpSink()
    const sender = senderTo(first.url)
    await sender.send(mail())
    await first[Symbol.asyncDispose]()
    await using second = await startSmtpSink({ port: first.port })
    expect(await sender.send(mail({ messageId: '<two@test>' }))).toMatchObject({ outcome: 'sent' })
    expect(second.mails).toHaveLength(1)
  })

  test('one connection carries at most a hundred mails', async () => {
    await using sink = await startSmtpSink()
    const sender = senderTo(sink.url)
    for (let number = 0; number < 105; number += 1) {
      expect((await sender.send(mail({ messageId: `<${number}@test>` }))).outcome).toBe('sent')
    }
    expect(new Set(sink.mails.map(({ messageId }) => messageId)).size).toBe(105)
  })
})

describe('a server that misbehaves', () => {
  test.each([
    ['never greets', () => undefined],
    ['greets and then says nothing', (socket: Socket) => void socket.write('220 hello\r\n')],
    [
      'drips its greeting for ever',
      (socket: Socket) => {
        const drip = setInterval(() => socket.write('220-still here\r\n'), 20)
        socket.on('close', () => clearInterval(drip))
      },
    ],
    [
      'drips the answer to EHLO for ever',
      (socket: Socket) => {
        socket.write('220 hello\r\n')
        socket.once('data', () => {
          const drip = setInterval(() => socket.write('250-X\r\n'), 20)
          socket.on('close', () => clearInterval(drip))
        })
      },
    ],
  ])('that %s is left at the deadline, its socket closed', async (_says, talk) => {
    const closed = Promise.withResolvers<void>()
    const url = await startScripted((socket) => {
      socket.on('close', () => closed.resolve())
      socket.resume()
      talk(socket)
    })
    const outcome = await senderTo(url, 300).send(mail())
    expect(outcome).toMatchObject({ outcome: 'retry', error: 'the mail server took too long' })
    await closed.promise
  })

  test('whose answer to the message never comes leaves the outcome unknown', async () => {
    const breakOff = await startScripted((socket) => speakSmtp(socket, () => socket.destroy()))
    expect(await senderTo(breakOff).send(mail())).toMatchObject({ outcome: 'unknown' })
    const silent = await startScripted((socket) => speakSmtp(socket, () => undefined))
    expect(await senderTo(silent, 300).send(mail())).toMatchObject({ outcome: 'unknown' })
  })
})

/** The least a server must say, up to the end of the message. */
function speakSmtp(socket: Socket, onMessage: () => void): void {
  let isData = false
  socket.write('220 hello\r\n')
  socket.on('data', (bytes) => {
    if (isData) {
      if (bytes.toString().endsWith('\r\n.\r\n')) onMessage()
      return
    }
    isData = bytes.toString().startsWith('DATA')
    socket.write(isData ? '354 go on\r\n' : '250 fine\r\n')
  })
}
