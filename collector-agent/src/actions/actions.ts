import { setTimeout as sleep } from 'node:timers/promises'
import type { Connection, Dispatch } from '@trunkline/api/agent-client'
import type { Instance } from '../instances/instance.ts'
import { failureOf } from '../instances/failure.ts'
import type { Session } from '../instances/session.ts'
import type { Log } from '../log.ts'
import type { Finished, Journal, JournalEntry } from './journal.ts'
import type { Permit } from './permit.ts'
import type { NewsChannel } from './news-channel.ts'
import { runSteps, type ReadyStep, type Result } from './run-steps.ts'
import { sqlStep } from './sql-step.ts'
import { startStep } from './start-step.ts'

export interface ActionsOptions {
  journal: Journal
  channel: NewsChannel
  permit: (action: Dispatch) => Promise<Permit>
  instance: (id: number) => Instance | undefined
  /** Takes a sample that may prove the effect, ahead of its interval. */
  sampleNow: (instanceId: number, probe: string) => void
  log: Log
}

/** Runs actions: each at most once, whatever happens to this process, and always tells what became of it. */
export interface Actions {
  run(action: Dispatch): Promise<void>
  /** Tells what an earlier process of this agent, by its journal, left untold. */
  recover(entries: readonly JournalEntry[]): Promise<void>
}

export function createActions(options: ActionsOptions): Actions {
  const { journal, channel, log } = options

  async function deliver(id: string, result: Finished): Promise<void> {
    await channel.finished(id, result)
    await journal.delivered(id)
  }

  async function finish(id: string, result: Result): Promise<void> {
    const finished: Finished = { kind: 'finished', at: new Date().toISOString(), ...result }
    await journal.finish(id, finished)
    log('action_finished', { id, outcome: result.outcome, error: result.error })
    await deliver(id, finished)
  }

  return {
    async run(action) {
      const { actionId } = action
      const permit = await options.permit(action)
      if (!(await journal.claim(actionId))) {
        // Given a second time: the news of its end was lost. While it is running there are none.
        const { result } = (await journal.read(actionId)) ?? {}
        if (result) await deliver(actionId, result)
        return
      }
      const result = await runClaimed(action, permit, options)
      await finish(actionId, result)
      if (permit.kind === 'refused' || action.dryRun || result.outcome !== 'done') return
      await sleep(settleMs)
      options.sampleNow(action.instanceId, permit.document.verify.probe)
    },
    async recover(entries) {
      for (const { id, result, isDelivered } of entries) {
        if (isDelivered) continue
        if (result) await deliver(id, result)
        else
          await finish(id, nothingDone('lost', 'The agent stopped while the action was running.'))
      }
    },
  }
}

/** A server does what it was told a moment later: a session that was ended is still seen right after. */
const settleMs = 300

/** An action may change things, and its locks may take a moment. */
const actorSettings = { default_transaction_read_only: 'off', lock_timeout: 2_000 }

function nothingDone(outcome: Result['outcome'], error: string): Result {
  return { outcome, error, preview: [], result: [], outputHead: '', outputTail: '', outputBytes: 0 }
}

async function runClaimed(
  action: Dispatch,
  permit: Permit,
  { channel, instance: instanceOf, log }: ActionsOptions,
): Promise<Result> {
  if (permit.kind === 'refused') return nothingDone('refused', permit.reason)
  const instance = instanceOf(action.instanceId)
  if (!instance) return nothingDone('refused', 'This agent does not watch that instance.')
  const { name, actor } = instance.definition
  const needsSession = permit.document.steps.some(({ kind }) => kind === 'sql')
  if (needsSession && !actor) return nothingDone('refused', `No role may act on ${name}.`)
  const start = await channel.started(action)
  if (start.kind === 'no') return nothingDone('refused', start.reason)
  log('action_started', { id: action.actionId, runbook: action.runbook, dryRun: action.dryRun })
  const run = (session?: Session) =>
    runSteps({
      steps: readySteps({ action, permit, instance, session }),
      deadline: permit.document.deadline,
      dryRun: action.dryRun,
    })
  return needsSession && actor ? withActor({ instance, actor }, run) : run()
}

async function withActor(
  { instance, actor }: { instance: Instance; actor: Partial<Connection> },
  run: (session: Session) => Promise<Result>,
): Promise<Result> {
  let isConnected = false
  const as = { applicationName: 'trunkline_agent/action', as: actor, settings: actorSettings }
  return instance
    .withSession(as, (session) => {
      isConnected = true
      return run(session)
    })
    .catch((error: unknown) =>
      nothingDone(isConnected ? 'lost' : 'failed', failureOf(error).message),
    )
}

interface ToRun {
  action: Dispatch
  permit: Extract<Permit, { kind: 'granted' }>
  instance: Instance
  /** Where a step needs one. */
  session: Session | undefined
}

function readySteps({ action, permit, instance, session }: ToRun): ReadyStep[] {
  const { parameters } = action
  const { startCommands } = permit
  return permit.document.steps.flatMap((step) => {
    if (step.kind === 'start')
      return startStep(step, { instance: instance.definition, startCommands })
    return session ? sqlStep(step, { session, parameters }) : []
  })
}
