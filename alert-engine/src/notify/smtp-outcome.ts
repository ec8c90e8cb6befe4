import type { NotificationOutcome } from '@trunkline/api/repository'

/**
 * What a failed attempt means. Only a server's 5yz about the receiver or the message is final; one before that
 * (greeting, sign-in, our own address) is a fault of the set-up, which somebody mends while the message waits. A connection
 * lost after the body began to flow leaves it open whether the message arrived.
 */
export function judge(
  error: unknown,
  { hasBody }: { hasBody: boolean },
): NotificationOutcome & { lost: boolean } {
  const { responseCode, response, command, code, message } = error as SmtpError
  const text = String(message ?? error).slice(0, 1_000)
  const reply = response ?? null
  if (code === 'EENVELOPE' && responseCode === undefined) {
    return { outcome: 'dead', reply, error: text, lost: false }
  }
  if (responseCode !== undefined) {
    const isFinal = responseCode >= 500 && (command === 'RCPT TO' || command === 'DATA')
    return { outcome: isFinal ? 'dead' : 'retry', reply, error: text, lost: responseCode === 421 }
  }
  return { outcome: hasBody ? 'unknown' : 'retry', reply, error: text, lost: !hasBody }
}

interface SmtpError {
  message?: string
  code?: string
  responseCode?: number
  response?: string
  command?: string
}
