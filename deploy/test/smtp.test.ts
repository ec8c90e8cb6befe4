import { createTransport } from 'nodemailer'
import { expect, test } from 'vitest'
import { startSmtpSink } from './smtp.ts'

const mail = {
  from: 'trunkline@example.org',
  to: 'noc@example.org',
  subject: 'Störung „shop“',
  messageId: '<one@example.org>',
  text: 'naïve',
  html: '<p>naïve</p>',
}

test('keeps what it accepts, decoded', async () => {
  await using sink = await startSmtpSink()
  const transport = createTransport(sink.url)
  const arrival = sink.waitFor(({ subject }) => subject.includes('shop'), 5_000)
  await transport.sendMail({ ...mail, headers: { 'X-Alert': '7' } })
  const { subject, messageId, text, html, to, headers } = await arrival
  expect({ subject, messageId, to }).toEqual({
    subject: mail.subject,
    messageId: mail.messageId,
    to: [mail.to],
  })
  expect(text.trim()).toBe(mail.text)
  expect(html.trim()).toBe(mail.html)
  expect(headers['x-alert']).toBe('7')
  transport.close()
})

test('fails as told, once, at the recipient or after the data', async () => {
  await using sink = await startSmtpSink()
  const transport = createTransport(sink.url)
  sink.failNext(550, 'no such user', mail.to)
  await expect(transport.sendMail(mail)).rejects.toThrow('no such user')
  sink.failNext(451, 'try later')
  await expect(transport.sendMail(mail)).rejects.toMatchObject({ responseCode: 451 })
  await transport.sendMail(mail)
  expect(sink.mails).toHaveLength(1)
  transport.close()
})

test('says what came when nothing fits in time', async () => {
  await using sink = await startSmtpSink()
  await expect(sink.waitFor(() => true, 20)).rejects.toThrow('mails so far: none')
})
