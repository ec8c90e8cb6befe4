export {
  connectRepository,
  type ConnectOptions,
  type Sql,
  type TransactionSql,
} from './connection/connect-repository.ts'
export { isRepositoryUnavailable, RepositoryUnavailable } from './connection/unavailable.ts'
export {
  claimNotification,
  type ClaimedAction,
  type ClaimedNotification,
} from './claim-notification.ts'
export { expireNotificationLeases } from './expire-notification-leases.ts'
export { type NotificationBody, notificationBodySchema } from './notification-body.ts'
export { type Lane, readLanes } from './read-lanes.ts'
export { type NotificationRoute, readNotificationRoutes } from './read-notification-routes.ts'
export { readSpoolFigures, type SpoolFigures } from './read-spool-figures.ts'
export { retryNotification } from './retry-notification.ts'
export { type NotificationOutcome, settleNotification } from './settle-notification.ts'
export {
  type NewNotification,
  type SupersededLane,
  writeNotifications,
} from './write-notifications.ts'
export { migrate } from './migrate.ts'
export { dropOldPartitions, ensurePartitions } from './partitions.ts'
export { syncProbeTables } from './sync-probe-tables.ts'
