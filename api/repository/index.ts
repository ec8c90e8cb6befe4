export {
  connectRepository,
  type ConnectOptions,
  type ISql,
  type Sql,
  type TransactionSql,
} from './connection/connect-repository.ts'
export { isRepositoryUnavailable, RepositoryUnavailable } from './connection/unavailable.ts'
export {
  claimNotification,
  type ClaimedAction,
  type ClaimedNotification,
} from './notifications/claim-notification.ts'
export { expireNotificationLeases } from './notifications/expire-notification-leases.ts'
export { type NotificationBody, notificationBodySchema } from './notifications/notification-body.ts'
export { type Lane, readLanes } from './notifications/read-lanes.ts'
export {
  type NotificationRoute,
  readNotificationRoutes,
} from './notifications/read-notification-routes.ts'
export { readSpoolFigures, type SpoolFigures } from './notifications/read-spool-figures.ts'
export { retryNotification } from './notifications/retry-notification.ts'
export {
  type NotificationOutcome,
  settleNotification,
} from './notifications/settle-notification.ts'
export {
  type NewNotification,
  type SupersededLane,
  writeNotifications,
} from './notifications/write-notifications.ts'
export { migrate } from './migrate.ts'
export { dropOldPartitions, ensurePartitions } from './partitions.ts'
export { syncProbeTables } from './sync-probe-tables.ts'
export { appendAudit } from './append-audit.ts'
export type { AuditEntry } from './audit-row.ts'
export { type AuditVerdict, verifyAudit } from './verify-audit.ts'
export { type NewestRows, readNewest } from './read-newest.ts'
export { createSealer, type Sealer } from './seal.ts'
export { writeHeartbeat } from './write-heartbeat.ts'
export { type BatchAnswer, writeSamples } from './write-samples.ts'
export { type AccountRole, type CredentialOwner } from './accounts/account.ts'
export { createAccount } from './accounts/create-account.ts'
export { sessionLife, createSession } from './accounts/create-session.ts'
export { createSignInLink } from './accounts/create-sign-in-link.ts'
export { endSession } from './accounts/end-session.ts'
export { keepApiToken } from './accounts/keep-api-token.ts'
export { listAccounts, type AccountRow } from './accounts/list-accounts.ts'
export { readApiToken } from './accounts/read-api-token.ts'
export { readPasswordHash } from './accounts/read-password-hash.ts'
export { readSession } from './accounts/read-session.ts'
export { setPassword } from './accounts/set-password.ts'
export { useSignInLink } from './accounts/use-sign-in-link.ts'
export { type ActionParameters, type ActionRow } from './actions/action-row.ts'
export { actionStates, notificationStates, type ActionState } from './states.ts'
export {
  createAction,
  queueProposedAction,
  cancelAction,
  type NewAction,
} from './actions/create-action.ts'
export { dispatchActions, type DispatchedAction } from './actions/dispatch-actions.ts'
export { finishAction, type ActionOutcome } from './actions/finish-action.ts'
export { keepRunbook, listSignedRunbooks, type SignedRunbook } from './actions/keep-runbook.ts'
export { listActions, readAction, type ActionFilter } from './actions/list-actions.ts'
export { startAction, readAgentAction } from './actions/start-action.ts'
export {
  askAgent,
  readOpenRequests,
  answerRequest,
  readAnswer,
  type AgentRequestRow,
} from './agents/agent-requests.ts'
export { createEnrolmentToken } from './agents/create-enrolment-token.ts'
export { enrolAgent, type Enrolment } from './agents/enrol-agent.ts'
export { listAgents, type AgentRow } from './agents/list-agents.ts'
export { readAgentByCertificate } from './agents/read-agent-by-certificate.ts'
export { readAgentInstances, type AgentInstance } from './agents/read-agent-instances.ts'
export { readAgentWork, type AgentWork } from './agents/read-agent-work.ts'
export { removeAgent } from './agents/remove-agent.ts'
export { renewCertificate } from './agents/renew-certificate.ts'
export {
  acknowledgeAlert,
  unacknowledgeAlert,
  type Acknowledgement,
} from './alerts/acknowledge-alert.ts'
export { type AlertRow as AlertView } from './alerts/alert-row.ts'
export {
  listAlerts,
  placeOfAlert,
  type AlertFilter,
  type AlertPlace,
} from './alerts/list-alerts.ts'
export {
  readAlert,
  readTransitions,
  readEvidence,
  type TransitionView,
} from './alerts/read-alert.ts'
export { addInstance, type NewInstance } from './instances/add-instance.ts'
export { countAlerts, type AlertCount } from './instances/count-alerts.ts'
export { type InstanceRow } from './instances/instance-row.ts'
export { listInstances } from './instances/list-instances.ts'
export { listProbeRuns, type ProbeRunRow } from './instances/list-probe-runs.ts'
export { readEngineState, type EngineState } from './instances/read-engine-state.ts'
export { removeInstance } from './instances/remove-instance.ts'
export { listChannels, type ChannelRow } from './notifications/list-channels.ts'
export {
  listNotifications,
  type NotificationRow,
  type NotificationFilter,
} from './notifications/list-notifications.ts'
export {
  readRuleRuntimes,
  type RuleRuntime as RuleRuntimeView,
} from './rules/read-rule-runtimes.ts'
export { type BlindSpot, readBlindSpots } from './rules/read-blind-spots.ts'
export {
  dropRuleOverride,
  listRuleOverrides,
  setRuleOverride,
  type RuleOverrideView,
} from './rules/rule-overrides.ts'
export { dropExpired } from './drop-expired.ts'
export { listAudit, type AuditRow } from './list-audit.ts'
export { acquireLease, type Lease, releaseLease } from './evaluation/acquire-lease.ts'
export {
  type AlertRow,
  readAlertsByFingerprint,
  readLiveAlerts,
  readOrphanedAlerts,
} from './evaluation/alert-row.ts'
export { forgetAlerts } from './evaluation/forget-alerts.ts'
export { evidenceStatement, findEvidence } from './evaluation/find-evidence.ts'
export { pretendNow, readNow } from './evaluation/read-now.ts'
export type { RuleQuestion } from './evaluation/facts-statement.ts'
export { readRuleFacts } from './evaluation/read-rule-facts.ts'
export {
  type ConditionRow,
  type Firing,
  type RuleFacts,
  type RuleOverride,
  type Target,
} from './evaluation/rule-facts.ts'
export { type RuleRuntime, saveRuntime } from './evaluation/rule-runtime.ts'
export {
  type AlertChange,
  type Evaluation,
  Fenced,
  Overtaken,
  type Plan,
  writeEvaluation,
} from './evaluation/write-evaluation.ts'
export { type OpenedMailChannel, readMailChannels } from './notifications/read-mail-channels.ts'
export {
  type NotificationResult,
  readNotificationOutcomes,
} from './notifications/read-notification-outcomes.ts'
export { type MailChannel, saveMailChannel } from './notifications/save-mail-channel.ts'
export { writeTestNotifications } from './notifications/write-test-notifications.ts'
export { removeServerFolder } from './embedded/server-folder.ts'
export { type Embedded, type EmbeddedOptions, startEmbedded } from './embedded/start-embedded.ts'
export {
  type PostgresServer,
  type ServerOptions,
  startPostgresServer,
} from './embedded/start-server.ts'
export { type History, type HistoryQuery, readHistory, type Series } from './read-history.ts'
export {
  caseAgentId,
  makeCaseFleet,
  readCaseState,
  writeCaseHeartbeat,
  writeCaseRun,
} from './evaluation/case-fleet.ts'
export { checkRepository } from './check-repository.ts'
export { expireActions } from './actions/expire-actions.ts'
export {
  readNotYet,
  readVerifyingActions,
  settleVerification,
  type VerifyingAction,
} from './actions/verify-actions.ts'
export { claimDigest, type ClaimedDigest, type DigestMember } from './notifications/claim-digest.ts'
export { settleDigest } from './notifications/settle-digest.ts'
export { forgetNotifications } from './notifications/forget-notifications.ts'
