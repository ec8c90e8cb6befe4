import { A, useParams } from '@solidjs/router'
import { createSignal, type JSX, lazy, Show, Suspense } from 'solid-js'
import { type AlertDetail, answerOf, client, problemOf } from '../../api.ts'
import { createKeys } from '../../keys.ts'
import { notify } from '../../notices.ts'
import { can } from '../../session.ts'
import { visible } from '../../text/visible.ts'
import { createTitle } from '../../title.ts'
import { Moment } from '../../ui/moment.tsx'
import { RowsTable } from '../../ui/rows-table.tsx'
import { Watched } from '../../ui/watched.tsx'
import { createWatch } from '../../watch.ts'
import { AlertHead } from './alert-head.tsx'
import { NotificationList } from './notification-list.tsx'
import { Repairs } from './repairs.tsx'
import { Timeline } from './timeline.tsx'
import './alert.css'

const AcknowledgeDialog = lazy(async () => ({
  default: (await import('../alerts/acknowledge-dialog.tsx')).AcknowledgeDialog,
}))

/** Everything about one alert, in the order somebody woken by it needs: what, since when, what to do, then why. */
export function AlertPage(): JSX.Element {
  const params = useParams<{ id: string }>()
  const [isAsking, setAsking] = createSignal(false)
  const alert = createWatch({
    source: () => params.id,
    read: (id, signal) =>
      answerOf(client.alerts[':id'].$get({ param: { id } }, { init: { signal } })),
    wants: (event, id) => event.kind === 'action' || (event.kind === 'alert' && event.id === id),
    everyMs: 5_000,
  })
  const mayAcknowledge = () => {
    const known = alert.data()
    return (
      known !== undefined && known.condition !== 'normal' && !known.acknowledged && can('responder')
    )
  }
  createTitle(() => visible(alert.data()?.message ?? 'Alert').slice(0, 80))
  createKeys({ a: () => mayAcknowledge() && setAsking(true) })
  return (
    <div class="page alert-page">
      <Watched watch={alert}>
        {(data) => (
          <>
            <AlertHead alert={data()} isOld={alert.isOld()} />
            <Acknowledged
              alert={data()}
              mayAcknowledge={mayAcknowledge()}
              ask={() => setAsking(true)}
              changed={alert.refresh}
            />
            <div class="alert-columns">
              <div class="page">
                <section class="panel" aria-labelledby="what-to-do">
                  <h2 id="what-to-do">What to do</h2>
                  <p class="what-to-do">
                    {data()
                      .whatToDo.trim()
                      .replace(/\s*\n\s*/g, ' ')}
                  </p>
                </section>
                <Repairs alert={data()} changed={alert.refresh} />
                <Evidence rows={data().evidence} />
              </div>
              <div class="page">
                <Timeline transitions={data().transitions} unit={data().unit} />
                <NotificationList notifications={data().notifications} />
              </div>
            </div>
            <Show when={isAsking()}>
              <Suspense>
                <AcknowledgeDialog
                  alert={data()}
                  close={() => setAsking(false)}
                  done={alert.refresh}
                />
              </Suspense>
            </Show>
          </>
        )}
      </Watched>
      <p class="dim">
        <A href="/alerts">All open alerts</A>
      </p>
    </div>
  )
}

function Acknowledged(props: {
  alert: AlertDetail
  mayAcknowledge: boolean
  ask: () => void
  changed: () => void
}): JSX.Element {
  const withdraw = async () => {
    try {
      await answerOf(client.alerts[':id'].acknowledge.$delete({ param: { id: props.alert.id } }))
      props.changed()
    } catch (error) {
      notify(problemOf(error).detail)
    }
  }
  return (
    <Show
      when={props.alert.acknowledged}
      fallback={
        <Show when={props.mayAcknowledge}>
          <div class="buttons">
            <button class="primary" onClick={() => props.ask()}>
              Acknowledge <kbd aria-hidden="true">a</kbd>
            </button>
          </div>
        </Show>
      }
    >
      {(known) => (
        <section class="panel acknowledged" aria-label="Acknowledged">
          <p>
            Acknowledged by <b>{visible(known().by)}</b> <Moment at={known().at} ago />
            <Show when={known().until}>
              {(until) => (
                <>
                  , until <Moment at={until()} />
                </>
              )}
            </Show>
            <Show when={known().note}>
              {(note) => (
                <>
                  : <bdi>{visible(note(), { lines: true })}</bdi>
                </>
              )}
            </Show>
          </p>
          <Show when={can('responder')}>
            <button class="quiet" onClick={() => void withdraw()}>
              Withdraw
            </button>
          </Show>
        </section>
      )}
    </Show>
  )
}

function Evidence(props: { rows: AlertDetail['evidence'] }): JSX.Element {
  return (
    <Show when={props.rows.length > 0}>
      <section class="panel" aria-labelledby="evidence">
        <h2 id="evidence">Evidence</h2>
        <p class="dim">What the rule saw when the alert last changed.</p>
        <RowsTable rows={props.rows} caption="Evidence" />
      </section>
    </Show>
  )
}
