import { once } from 'node:events'
import { connect } from 'node:net'
import { connect as connectTls } from 'node:tls'
import { bad, good, unknown, type Finding } from './finding.ts'

/** Whether the mail server greets us: name, network, firewall and TLS, but not the password. */
export async function checkSmtp(smtpUrl: string | undefined, deadlineMs = 5_000): Promise<Finding> {
  if (smtpUrl === undefined)
    return unknown(
      'mail',
      'no mail server is set: nobody is told. Set TRUNKLINE_SMTP_URL, TRUNKLINE_MAIL_FROM, TRUNKLINE_MAIL_TO',
    )
  const { hostname: host, port, protocol } = new URL(smtpUrl)
  const where = { host, port: Number(port) || (protocol === 'smtps:' ? 465 : 587) }
  const socket = protocol === 'smtps:' ? connectTls({ ...where, servername: host }) : connect(where)
  try {
    const [greeting]: unknown[] = await once(socket, 'data', {
      signal: AbortSignal.timeout(deadlineMs),
    })
    const line = String(greeting).split('\r\n')[0] ?? ''
    if (line.startsWith('220')) return good('mail', `${host}:${String(where.port)} greets: ${line}`)
    return bad(
      'mail',
      `${host}:${String(where.port)} turns us away: ${line}`,
      'Ask who runs the mail server.',
    )
  } catch (error) {
    const reason =
      error instanceof Error && error.name === 'AbortError'
        ? 'no greeting within 5 s'
        : String(error)
    return bad(
      'mail',
      `${host}:${String(where.port)} cannot be used: ${reason}`,
      'Check TRUNKLINE_SMTP_URL and the firewall.',
    )
  } finally {
    socket.destroy()
  }
}
