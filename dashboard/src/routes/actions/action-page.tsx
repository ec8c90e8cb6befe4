import { A, useParams } from '@solidjs/router'
import { For, type JSX, Show } from 'solid-js'
import { type Action, answerOf, client } from '../../api.ts'
import { notify } from '../../notices.ts'
import { can } from '../../session.ts'
import { createQuickTask } from '../../task.ts'
import { visible } from '../../text/visible.ts'
import { createTitle } from '../../title.ts'
import { Moment } from '../../ui/moment.tsx'
import { Watched } from '../../ui/watched.tsx'
import { createWatch } from '../../watch.ts'
import { ActionCard, Parameters } from './action-card.tsx'

const times = [
  ['made', 'createdAt'],
  ['dispatched', 'dispatchedAt'],
  ['started', 'startedAt'],
  ['finished', 'finishedAt'],
  ['verified', 'verifiedAt'],
] as const

export function ActionPage(): JSX.Element {
  const params = useParams<{ id: string }>()
  return (
    <Show when={params.id} keyed>
      {(id) => <ActionOf id={id} />}
    </Show>
  )
}

function ActionOf(props: { id: string }): JSX.Element {
  const action = createWatch({
    source: () => props.id,
    read: (id, signal) =>
      answerOf(client.actions[':id'].$get({ param: { id } }, { init: { signal } })),
    wants: (event, id) => event.kind === 'action' && event.id === id,
    everyMs: 5_000,
  })
  createTitle(() => `Action ${action.data()?.runbook ?? ''}`)
  return (
    <div class="page">
      <Watched watch={action}>
        {(data) => (
          <>
            <h1>
              {data().dryRun ? 'Dry run of ' : ''}
              {data().runbook} on{' '}
              <A href={`/instances/${data().instance.id}`}>
                <bdi>{visible(data().instance.name)}</bdi>
              </A>
            </h1>
            <Facts action={data()} />
            <section class="panel" aria-label="What happened">
              <ActionCard action={data()}>
                <CancelButton action={data()} />
              </ActionCard>
            </section>
          </>
        )}
      </Watched>
    </div>
  )
}

function Facts(props: { action: Action }): JSX.Element {
  return (
    <section class="panel" aria-label="Facts">
      <dl class="facts">
        <div>
          <dt>with</dt>
          <dd>
            <Parameters parameters={props.action.parameters} />
          </dd>
        </div>
        <div>
          <dt>risk</dt>
          <dd>{props.action.risk}</dd>
        </div>
        <div>
          <dt>version</dt>
          <dd>{props.action.version.slice(0, 12)}</dd>
        </div>
        <For each={times}>
          {([name, field]) => (
            <div>
              <dt>{name}</dt>
              <dd>
                <Moment at={props.action[field]} zone />
              </dd>
            </div>
          )}
        </For>
        <Show when={props.action.alertId}>
          {(id) => (
            <div>
              <dt>because of</dt>
              <dd>
                <A href={`/alerts/${id()}`}>its alert</A>
              </dd>
            </div>
          )}
        </Show>
        <Show when={props.action.reason}>
          {(reason) => (
            <div>
              <dt>reason</dt>
              <dd>{visible(reason())}</dd>
            </div>
          )}
        </Show>
      </dl>
    </section>
  )
}

/** Only what no agent has begun can be taken back. */
function CancelButton(props: { action: Action }): JSX.Element {
  const cancel = createQuickTask(async () => {
    await answerOf(client.actions[':id'].cancel.$post({ param: { id: props.action.id } }))
    notify('Cancelled.')
  })
  return (
    <Show
      when={can('responder') && ['proposed', 'queued', 'dispatched'].includes(props.action.state)}
    >
      <div class="buttons">
        <button disabled={cancel.isBusy()} onClick={() => cancel.run()}>
          Cancel it
        </button>
      </div>
    </Show>
  )
}
