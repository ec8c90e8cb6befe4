import {
  expireActions,
  readNotYet,
  readVerifyingActions,
  settleVerification,
  type Sql,
  type VerifyingAction,
} from '@trunkline/api/repository'
import { durationMs } from '@trunkline/probes'
import { runbooks } from '@trunkline/rules'
import { pause } from '../leadership.ts'
import { judgeVerification } from './judge-verification.ts'

export interface VerifyContext {
  sql: Sql
  log: (event: string, fields: Record<string, unknown>) => void
}

const verifyTimeoutMs = 2_000

/**
 * Proves by samples what actions did, and ends those of which nothing was heard, until `signal` is aborted. Every end
 * is a compare-and-set, so several engines may do this at once.
 */
export async function runVerifyLoop(context: VerifyContext, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    try {
      await expireActions(context)
      for (const action of await readVerifyingActions(context)) await verify(context, action)
    } catch (error) {
      context.log('actions_unverified', { error: String(error) })
    }
    await pause(1_000, signal)
  }
}

async function verify({ sql, log }: VerifyContext, action: VerifyingAction): Promise<void> {
  const { id, runbook, alert, elapsedMs } = action
  const definition = isKnown(runbook) ? runbooks[runbook].verify : undefined
  const withinMs = definition ? durationMs(definition.within) : 0
  const notYet = definition
    ? await readNotYet(
        { sql, timeoutMs: verifyTimeoutMs },
        { query: definition.sql, action },
      ).catch((error: unknown) => [`the verification failed: ${String(error)}`])
    : [`there is no runbook ${runbook} to verify it by`]
  const verdict = judgeVerification({ alert, notYet, elapsedMs, withinMs })
  if (verdict === undefined) return
  if (await settleVerification({ sql }, { id, ...verdict })) {
    log('action_verified', { id, runbook, ...verdict })
  }
}

function isKnown(name: string): name is keyof typeof runbooks {
  return Object.hasOwn(runbooks, name)
}
