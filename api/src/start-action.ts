import { randomUUID } from 'node:crypto'
import { runbooks } from '@trunkline/rules'
import {
  createAction,
  listInstances,
  queueProposedAction,
  readAction,
  readAlert,
  type ActionParameters,
  type ActionRow,
  type Sql,
} from '../repository/index.ts'
import { hasRole, type SignedIn } from './access.ts'
import { checkParameters } from './action-parameters.ts'
import { notFound, ProblemError } from './problem-error.ts'
import { isRunbookName, runbookVersion } from './runbook-signing.ts'
import { isUniqueViolation } from './unique-violation.ts'

export interface WantedAction {
  runbook: string
  instanceId: number
  parameters: ActionParameters
  dryRun: boolean
  alertId?: string | undefined
  reason?: string | undefined
}

/** Queues an action if the account may, the instance allows it, and no other like it is under way. */
export async function startAction(
  { sql, account }: { sql: Sql; account: SignedIn },
  wanted: WantedAction,
  key: string | undefined,
): Promise<ActionRow> {
  const { runbook, instanceId, dryRun, alertId } = wanted
  if (!isRunbookName(runbook)) throw notFound(`runbook ${runbook}`)
  checkRisk({ account, runbook, dryRun })
  const parameters = checkParameters(runbooks[runbook].parameters, wanted.parameters)
  await checkTargets({ sql }, { runbook, instanceId, alertId })
  const id = key ?? randomUUID()
  const isNew = await refuseSecond(() =>
    createAction(
      { sql },
      {
        id,
        runbook,
        version: runbookVersion(runbook),
        instanceId,
        parameters,
        dryRun,
        alertId: alertId ?? null,
        actor: account.name,
        reason: wanted.reason ?? null,
      },
    ),
  )
  const action = await read({ sql }, id)
  const isSame =
    action.runbook === runbook && action.instance.id === instanceId && action.dryRun === dryRun
  if (isNew || isSame) return action
  throw new ProblemError({
    status: 409,
    detail: 'This Idempotency-Key made another action before.',
  })
}

/** Queues an action that an alert proposed, under the same conditions. */
export async function runProposedAction(
  { sql, account }: { sql: Sql; account: SignedIn },
  id: string,
): Promise<ActionRow> {
  const proposed = await read({ sql }, id)
  const { runbook, parameters, instance } = proposed
  if (!isRunbookName(runbook)) throw notFound(`runbook ${runbook}`)
  checkRisk({ account, runbook, dryRun: false })
  checkParameters(runbooks[runbook].parameters, parameters)
  await checkTargets({ sql }, { runbook, instanceId: instance.id, alertId: undefined })
  const isQueued = await refuseSecond(() =>
    queueProposedAction({ sql }, { id, actor: account.name }),
  )
  if (isQueued) return await read({ sql }, id)
  throw new ProblemError({
    status: 409,
    detail: `Only a proposed action can be run; this one is ${proposed.state}.`,
  })
}

function checkRisk(about: {
  account: SignedIn
  runbook: keyof typeof runbooks
  dryRun: boolean
}): void {
  const { account, runbook, dryRun } = about
  const risk: string = runbooks[runbook].risk
  if (dryRun || risk === 'R0' || risk === 'R1') return
  if (risk !== 'R2') {
    const detail = `${runbook} has risk ${risk}: it needs a second person, and so cannot be run from here.`
    throw new ProblemError({ status: 403, detail })
  }
  if (hasRole(account.role, 'operator')) return
  const detail = `${runbook} has risk R2, which needs the role operator; ${account.name} is ${account.role}. A dry run is allowed.`
  throw new ProblemError({ status: 403, detail })
}

async function checkTargets(
  { sql }: { sql: Sql },
  about: { runbook: keyof typeof runbooks; instanceId: number; alertId: string | undefined },
): Promise<void> {
  const { runbook, instanceId, alertId } = about
  const [instance] = await listInstances({ sql }, { id: instanceId })
  if (!instance) throw notFound(`instance ${instanceId}`)
  if (alertId !== undefined) {
    const alert = await readAlert({ sql }, alertId)
    if (!alert) throw notFound(`alert ${alertId}`)
    if (alert.instance && alert.instance.id !== instanceId) {
      throw new ProblemError({ status: 400, detail: 'The alert is about another instance.' })
    }
  }
  const needsActor = runbooks[runbook].steps.some(({ kind }) => kind === 'sql')
  if (instance.hasActor || !needsActor) return
  const problem = `${instance.name} was added without a role for runbooks, so ${runbook} cannot run on it.`
  const mend = `CREATE ROLE trunkline_actor LOGIN PASSWORD '…'; GRANT pg_signal_backend, pg_read_all_stats TO trunkline_actor;`
  throw new ProblemError({ status: 422, detail: problem, more: { problems: [{ problem, mend }] } })
}

async function refuseSecond(queue: () => Promise<boolean>): Promise<boolean> {
  try {
    return await queue()
  } catch (error) {
    if (!isUniqueViolation(error)) throw error
    const detail = 'The same runbook with the same parameters is under way on this instance.'
    throw new ProblemError({ status: 409, detail })
  }
}

async function read({ sql }: { sql: Sql }, id: string): Promise<ActionRow> {
  const action = await readAction({ sql }, id)
  if (!action) throw notFound(`action ${id}`)
  return action
}
