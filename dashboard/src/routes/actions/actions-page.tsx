import { A, useSearchParams } from '@solidjs/router'
import { type JSX, Show } from 'solid-js'
import { type Action, answerOf, client } from '../../api.ts'
import { visible } from '../../text/visible.ts'
import { createTitle } from '../../title.ts'
import { Choice } from '../../ui/choice.tsx'
import { ListTable } from '../../ui/list-table.tsx'
import { StateMark } from '../../ui/mark.tsx'
import { Moment } from '../../ui/moment.tsx'
import { Empty } from '../../ui/problem.tsx'
import { Watched } from '../../ui/watched.tsx'
import { createWatch } from '../../watch.ts'
import { Parameters } from './action-card.tsx'
import { actionShown } from './action-state.ts'
import './actions.css'

const states = [
  'open',
  'proposed',
  'succeeded',
  'failed',
  'ineffective',
  'refused',
  'lost',
] as const

/** Every run of a runbook, newest first. */
export function ActionsPage(): JSX.Element {
  const [query, setQuery] = useSearchParams<{ state?: string }>()
  const state = () => states.find((one) => one === query.state)
  const actions = createWatch({
    source: state,
    read: (chosen, signal) => {
      const asked = { limit: '100', ...(chosen ? { state: chosen } : {}) }
      return answerOf(client.actions.$get({ query: asked }, { init: { signal } }))
    },
    wants: (event) => event.kind === 'action',
  })
  createTitle(() => 'Actions')
  return (
    <div class="page">
      <h1>Actions</h1>
      <form class="filters">
        <Choice
          name="state"
          value={state()}
          any="any state"
          options={states.map((one) => ({
            value: one,
            name: one === 'open' ? 'not finished' : one,
          }))}
          change={(chosen) => setQuery({ state: chosen }, { replace: true })}
        />
      </form>
      <section class="panel" aria-label="Actions">
        <Watched watch={actions}>
          {(data) => (
            <Show
              when={data().items.length > 0}
              fallback={<NoActions isFiltered={state() !== undefined} />}
            >
              <ListTable
                columns={['state', 'action', 'instance', 'with', 'by', 'made']}
                rows={data().items}
              >
                {(action) => <Row action={action} />}
              </ListTable>
            </Show>
          )}
        </Watched>
      </section>
    </div>
  )
}

function NoActions(props: { isFiltered: boolean }): JSX.Element {
  return (
    <Show when={!props.isFiltered} fallback={<Empty>No action is in this state.</Empty>}>
      <Empty command="npx trunkline runbook list">
        No action has been run. Alerts propose them; these there are:
      </Empty>
    </Show>
  )
}

function Row(props: { action: Action }): JSX.Element {
  return (
    <tr>
      <td>
        <StateMark shown={actionShown(props.action.state)} />
      </td>
      <td>
        <A href={`/actions/${props.action.id}`}>
          {props.action.dryRun ? 'dry run of ' : ''}
          {props.action.runbook}
        </A>
      </td>
      <td data-label="instance">
        <A href={`/instances/${props.action.instance.id}`}>
          <bdi>{visible(props.action.instance.name)}</bdi>
        </A>
      </td>
      <td>
        <Parameters parameters={props.action.parameters} />
      </td>
      <td data-label="by">
        <bdi>{visible(props.action.requestedBy)}</bdi>
      </td>
      <td data-label="made">
        <Moment at={props.action.createdAt} ago />
      </td>
    </tr>
  )
}
