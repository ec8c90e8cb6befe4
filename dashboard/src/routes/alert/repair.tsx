import { createSignal, For, type JSX, lazy, Show, Suspense } from 'solid-js'
import { type Action, type AlertDetail, answerOf, client } from '../../api.ts'
import { newId } from '../../new-id.ts'
import { notify } from '../../notices.ts'
import { can } from '../../session.ts'
import { createTask } from '../../task.ts'
import { visible } from '../../text/visible.ts'
import { ProblemNote } from '../../ui/problem.tsx'
import { ActionCard, Parameters } from '../actions/action-card.tsx'
import { isUnderWay } from '../actions/action-state.ts'

const RunDialog = lazy(async () => ({
  default: (await import('../actions/run-dialog.tsx')).RunDialog,
}))

type Runbook = AlertDetail['runbooks'][number]
interface Props {
  alert: AlertDetail
  runbook: Runbook
  changed: () => void
}

/** One runbook for one alert: a dry run that shows what would be hit, then the run, asked for once more. */
export function Repair(props: Props): JSX.Element {
  const actions = () =>
    props.alert.actions
      .filter(({ runbook }) => runbook === props.runbook.runbook)
      .toSorted((a, b) => Date.parse(b.createdAt) - Date.parse(a.createdAt))
  return (
    <div class="repair">
      <h3>{props.runbook.runbook}</h3>
      <p>
        {props.runbook.summary} <span class="dim">Risk class {props.runbook.risk}.</span>
      </p>
      <Parameters parameters={props.runbook.parameters} />
      <Show
        when={props.alert.condition !== 'normal'}
        fallback={<p class="dim">The alert is over: there is nothing left to repair.</p>}
      >
        <Show when={can('responder')} fallback={<p class="dim">Your role may not run actions.</p>}>
          <RepairButtons {...props} actions={actions()} />
        </Show>
      </Show>
      <For each={actions()}>
        {(action) => (
          <Show when={action.state !== 'proposed'}>
            <ActionCard action={action} />
          </Show>
        )}
      </For>
    </div>
  )
}

function RepairButtons(props: Props & { actions: Action[] }): JSX.Element {
  const [isAsking, setAsking] = createSignal(false)
  const proposed = () => props.actions.find(({ state }) => state === 'proposed')
  const isSeen = () => props.actions.some((action) => action.dryRun && action.state === 'succeeded')
  const dryRun = createTask(async () => {
    await request(props, true)
    props.changed()
  })
  const isWaiting = () => dryRun.isBusy() || props.actions.some(({ state }) => isUnderWay(state))
  // The server decides; a dry run is allowed to who may not run.
  const mayRun = () =>
    ['R0', 'R1'].includes(props.runbook.risk) || (props.runbook.risk === 'R2' && can('operator'))
  const hint = () => {
    if (!mayRun()) return 'Running it needs the role operator.'
    return proposed() ? 'proposed by the rule' : ''
  }
  const run = async () => {
    const waiting = proposed()
    if (waiting) await answerOf(client.actions[':id'].run.$post({ param: { id: waiting.id } }))
    else await request(props, false)
    notify('Handed over to the agent.')
    props.changed()
  }
  return (
    <>
      <div class="buttons">
        <button
          classList={{ primary: !isSeen() }}
          disabled={isWaiting()}
          onClick={() => dryRun.run()}
        >
          Dry run
        </button>
        <button
          classList={{ danger: isSeen() }}
          disabled={isWaiting() || !mayRun()}
          onClick={() => setAsking(true)}
        >
          Run…
        </button>
        <span class="dim">{hint()}</span>
      </div>
      <ProblemNote problem={dryRun.problem()} />
      <Show when={isAsking()}>
        <AskToRun {...props} isSeen={isSeen()} run={run} close={() => setAsking(false)} />
      </Show>
    </>
  )
}

function AskToRun(
  props: Props & { isSeen: boolean; run: () => Promise<void>; close: () => void },
): JSX.Element {
  return (
    <Suspense>
      <RunDialog
        {...props.runbook}
        on={visible(props.alert.instance?.name ?? '')}
        isSeen={props.isSeen}
        run={props.run}
        close={props.close}
      />
    </Suspense>
  )
}

/** The key makes a request that is sent twice one action. */
async function request({ alert, runbook }: Props, dryRun: boolean): Promise<void> {
  if (!alert.instance)
    throw new Error('This alert is about no instance, so no action can be run for it.')
  const json = {
    runbook: runbook.runbook,
    instanceId: alert.instance.id,
    parameters: runbook.parameters,
    dryRun,
    alertId: alert.id,
  }
  await answerOf(client.actions.$post({ header: { 'idempotency-key': newId() }, json }))
}
