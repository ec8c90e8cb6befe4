/** What an action can be before its end. Data without imports: the browser has it too. */
export const unfinishedActionStates = [
  'proposed',
  'queued',
  'dispatched',
  'running',
  'verifying',
] as const

/** What an action can be. */
export const actionStates = [
  ...unfinishedActionStates,
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
