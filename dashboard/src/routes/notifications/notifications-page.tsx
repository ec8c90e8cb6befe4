import { useSearchParams } from '@solidjs/router'
import { type JSX, Show } from 'solid-js'
import { answerOf, client } from '../../api.ts'
import { createTitle } from '../../title.ts'
import { Choice } from '../../ui/choice.tsx'
import { ListTable } from '../../ui/list-table.tsx'
import { Empty } from '../../ui/problem.tsx'
import { Watched } from '../../ui/watched.tsx'
import { createWatch } from '../../watch.ts'
import { Channels } from './channels.tsx'
import { NotificationRow } from './notification-row.tsx'

const states = [
  { value: 'dead', name: 'dead letters' },
  { value: 'open', name: 'still to be sent' },
  { value: 'sent', name: 'sent' },
  { value: 'unknown', name: 'unknown' },
  { value: 'superseded', name: 'superseded' },
] as const

/** What was sent to whom; dead letters can be sent again. */
export function NotificationsPage(): JSX.Element {
  const [query, setQuery] = useSearchParams<{ state?: string }>()
  const state = () => states.find(({ value }) => value === query.state)?.value
  const notifications = createWatch({
    source: state,
    read: (chosen, signal) => {
      const asked = { limit: '100', ...(chosen ? { state: chosen } : {}) }
      return answerOf(client.notifications.$get({ query: asked }, { init: { signal } }))
    },
    wants: (event) => event.kind === 'alert',
  })
  const none = () => (state() === 'dead' ? 'No dead letters.' : 'No notification to show.')
  createTitle(() => 'Notifications')
  return (
    <div class="page">
      <h1>Notifications</h1>
      <Channels />
      <form class="filters">
        <Choice
          name="state"
          value={state()}
          any="any state"
          options={states}
          change={(chosen) => setQuery({ state: chosen }, { replace: true })}
        />
      </form>
      <section class="panel" aria-label="Notifications">
        <Watched watch={notifications}>
          {(data) => (
            <Show when={data().items.length > 0} fallback={<Empty>{none()}</Empty>}>
              <ListTable
                columns={['state', 'message', 'receiver', 'when', 'answer', '']}
                rows={data().items}
              >
                {(notification) => (
                  <NotificationRow notification={notification} changed={notifications.refresh} />
                )}
              </ListTable>
            </Show>
          )}
        </Watched>
      </section>
    </div>
  )
}
