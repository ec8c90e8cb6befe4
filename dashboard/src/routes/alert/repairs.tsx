import { createSignal, For, type JSX, lazy, Show, Suspense } from 'solid-js'
import {
  type Action,
  type AlertDetail,
  answerOf,
  client,
  type Problem,
  problemOf,
} from '../../api.ts'
import { newId } from '../../new-id.ts'
import { notify } from '../../notices.ts'
import { can } from '../../session.ts'
import { visible } from '../../text/visible.ts'
import { ProblemNote } from '../../ui/problem.tsx'
import { ActionCard, Parameters } from '../actions/action-card.tsx'
import { isUnderWay } from '../actions/action-state.ts'

const RunDialog = lazy(async () => ({
  default: (await import('../actions/run-dialog.tsx')).RunDialog,
}))

type Runbook = AlertDetail['runbooks'][number]

/** The runbooks that may mend it: first a dry run that shows what would be hit, then the run, asked for once more. */
export function Repairs(props: { alert: AlertDetail; changed: () => void }): JSX.Element {
  const others = () =>
    props.alert.actions.filter(
      ({ runbook }) => !props.alert.runbooks.some((one) => one.runbook === runbook),
    )
  return (
    <Show when={props.alert.runbooks.length > 0 || props.alert.actions.length > 0}>
      <section class="panel" aria-labelledby="repair">
        <h2 id="repair">Repair</h2>
        <For each={props.alert.runbooks}>
          {(runbook) => (
            <Repair alert={props.alert} runbook={runbook} changed={() => props.changed()} />
          )}
        </For>
        <For each={others()}>{(action) => <ActionCard action={action} />}</For>
      </section>
    </Show>
  )
}

function Repair(props: { alert: AlertDetail; runbook: Runbook; changed: () => void }): JSX.Element {
  const [problem, setProblem] = createSignal<Problem>()
  const [isBusy, setBusy] = createSignal(false)
  const [isAsking, setAsking] = createSignal(false)
  const actions = () =>
    props.alert.actions.filter(({ runbook }) => runbook === props.runbook.runbook)
  const proposed = () => actions().find(({ state }) => state === 'proposed')
  const isSeen = () => actions().some((action) => action.dryRun && action.state === 'succeeded')
  const isWaiting = () => isBusy() || actions().some(({ state }) => isUnderWay(state))
  const dryRun = async () => {
    setBusy(true)
    setProblem(undefined)
    try {
      await request(props.alert, props.runbook, true)
      props.changed()
    } catch (error) {
      setProblem(problemOf(error))
    }
    setBusy(false)
  }
  const run = async () => {
    const waiting = proposed()
    if (waiting) await answerOf(client.actions[':id'].run.$post({ param: { id: waiting.id } }))
    else await request(props.alert, props.runbook, false)
    notify('Handed over to the agent.')
    props.changed()
  }
  return (
    <div class="repair">
      <h3>{props.runbook.runbook}</h3>
      <p>
        {props.runbook.summary} <span class="dim">Risk class {props.runbook.risk}.</span>
      </p>
      <Parameters parameters={props.runbook.parameters} />
      <Show when={can('operator')} fallback={<p class="dim">Your role may not run actions.</p>}>
        <div class="buttons">
          <button
            classList={{ primary: !isSeen() }}
            disabled={isWaiting()}
            onClick={() => void dryRun()}
          >
            Dry run
          </button>
          <button
            classList={{ danger: isSeen() }}
            disabled={isWaiting()}
            onClick={() => setAsking(true)}
          >
            Run…
          </button>
          <Show when={proposed()}>
            <span class="dim">proposed by the rule</span>
          </Show>
        </div>
      </Show>
      <ProblemNote problem={problem()} />
      <For each={newestFirst(actions())}>
        {(action) => (
          <Show when={action.state !== 'proposed'}>
            <ActionCard action={action} />
          </Show>
        )}
      </For>
      <Show when={isAsking()}>
        <Suspense>
          <RunDialog
            {...props.runbook}
            on={visible(props.alert.instance?.name ?? '')}
            isSeen={isSeen()}
            run={run}
            close={() => setAsking(false)}
          />
        </Suspense>
      </Show>
    </div>
  )
}

/** The key makes a request that is sent twice one action. */
async function request(alert: AlertDetail, runbook: Runbook, dryRun: boolean): Promise<void> {
  if (!alert.instance)
    throw new Error('This alert is about no instance, so no action can be run for it.')
  await answerOf(
    client.actions.$post({
      header: { 'idempotency-key': newId() },
      json: {
        runbook: runbook.runbook,
        instanceId: alert.instance.id,
        parameters: runbook.parameters,
        dryRun,
        alertId: alert.id,
      },
    }),
  )
}

const newestFirst = (actions: Action[]) =>
  actions.toSorted((a, b) => Date.parse(b.createdAt) - Date.parse(a.createdAt))
