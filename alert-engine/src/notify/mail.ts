import MailComposer from 'nodemailer/lib/mail-composer'

/** One message to one receiver. */
export interface Mail {
  from: Mailbox
  to: Mailbox
  messageId: string
  /** The first message of its thread. */
  inReplyTo: string | null
  subject: string
  text: string
  html: string
  date: Date
  /** What a filter can sort by. */
  headers: Record<string, string>
}

export interface Mailbox {
  name: string
  address: string
}

/** `name@host` or `Name <name@host>`: exactly one address, and nothing that could become a header. */
export function parseMailbox(text: string): Mailbox {
  const [, name = '', bracketed, bare] =
    /^\s*(?:([^<>\p{Cc}]*)<([^<>\s\p{Cc}]+)>|([^<>\s\p{Cc}]+))\s*$/u.exec(text) ?? []
  const address = bracketed ?? bare ?? ''
  if (!/^[^@,;:"\\()[\]]{1,64}@[^@,;:"\\()]{1,255}$/u.test(address)) {
    throw new Error(`${JSON.stringify(text.slice(0, 100))} is not one mail address`)
  }
  return { name: name.trim().replaceAll('"', ''), address }
}

/** What filters sort a channel's mails by (RFC 2919). */
export function listHeader(channel: string, from: Mailbox): Record<string, string> {
  const host = from.address.split('@')[1] ?? 'localhost'
  return { 'List-Id': `Trunkline alerts <${channel.replaceAll(/[^A-Za-z0-9-]/g, '-')}.${host}>` }
}

/** The bytes that go over the wire. */
export async function composeMail(mail: Mail): Promise<Buffer> {
  const references = mail.inReplyTo === null ? {} : { references: mail.inReplyTo }
  const composer = new MailComposer({
    from: mail.from,
    to: mail.to,
    messageId: mail.messageId,
    subject: mail.subject,
    text: mail.text,
    html: mail.html,
    date: mail.date,
    ...(mail.inReplyTo === null ? {} : { inReplyTo: mail.inReplyTo, ...references }),
    // So that nobody's holiday answer comes back.
    headers: { 'Auto-Submitted': 'auto-generated', ...mail.headers },
    disableFileAccess: true,
    disableUrlAccess: true,
  })
  return await composer.compile().build()
}
