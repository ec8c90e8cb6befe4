import type { Notification } from '../../api.ts'
import type { Shown } from '../../health.ts'

const shown: Record<Notification['state'], Shown> = {
  queued: { mark: 'waiting', word: 'queued', old: false },
  sending: { mark: 'waiting', word: 'sending', old: false },
  sent: { mark: 'ok', word: 'sent', old: false },
  retry_wait: { mark: 'warning', word: 'will retry', old: false },
  unknown: { mark: 'unknown', word: 'unknown', old: true },
  dead: { mark: 'critical', word: 'dead', old: false },
  superseded: { mark: 'unmonitored', word: 'superseded', old: true },
}

export function notificationShown(state: Notification['state']): Shown {
  return shown[state]
}
