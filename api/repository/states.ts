/** What an action can be. Data without imports: the browser has it too. */
export const actionStates = [
  'proposed',
  'queued',
  'dispatched',
  'running',
  'verifying',
  'succeeded',
  'ineffective',
  'failed',
  'refused',
  'timed_out',
  'lost',
  'expired',
  'cancelled',
] as const

/** What a notification can be. */
export const notificationStates = [
  'queued',
  'sending',
  'sent',
  'retry_wait',
  'unknown',
  'dead',
  'superseded',
] as const

export type ActionState = (typeof actionStates)[number]
export type NotificationState = (typeof notificationStates)[number]
