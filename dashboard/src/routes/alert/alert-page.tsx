import { A, useParams } from '@solidjs/router'
import { createSignal, type JSX, lazy, Show, Suspense } from 'solid-js'
import { type AlertDetail, answerOf, client } from '../../api.ts'
import { createKeys } from '../../keys.ts'
import { can } from '../../session.ts'
import { visible } from '../../text/visible.ts'
import { createTitle } from '../../title.ts'
import { RowsTable } from '../../ui/rows-table.tsx'
import { Watched } from '../../ui/watched.tsx'
import { createWatch, type Watch } from '../../watch.ts'
import { Acknowledgement } from './acknowledgement.tsx'
import { AlertHead } from './alert-head.tsx'
import { NotificationList } from './notification-list.tsx'
import { Repairs } from './repairs.tsx'
import { Timeline } from './timeline.tsx'
import './alert.css'

const AcknowledgeDialog = lazy(async () => ({
  default: (await import('../alerts/acknowledge-dialog.tsx')).AcknowledgeDialog,
}))

export function AlertPage(): JSX.Element {
  const params = useParams<{ id: string }>()
  return (
    <Show when={params.id} keyed>
      {(id) => <AlertOf id={id} />}
    </Show>
  )
}

function AlertOf(props: { id: string }): JSX.Element {
  const alert = createWatch({
    source: () => props.id,
    read: (id, signal) =>
      answerOf(client.alerts[':id'].$get({ param: { id } }, { init: { signal } })),
    wants: (event, id) => event.kind === 'action' || (event.kind === 'alert' && event.id === id),
    everyMs: 5_000,
  })
  createTitle(() => visible(alert.data()?.message ?? 'Alert').slice(0, 80))
  return (
    <div class="page alert-page">
      <Watched watch={alert}>{(data) => <OneAlert alert={data()} watch={alert} />}</Watched>
      <p class="dim">
        <A href="/alerts">All open alerts</A>
      </p>
    </div>
  )
}

/** Everything about one alert, in the order somebody woken by it needs: what, since when, what to do, then why. */
function OneAlert(props: { alert: AlertDetail; watch: Watch<AlertDetail> }): JSX.Element {
  const [isAsking, setAsking] = createSignal(false)
  const mayAcknowledge = () =>
    props.alert.condition !== 'normal' && !props.alert.acknowledged && can('responder')
  createKeys({ a: () => mayAcknowledge() && setAsking(true) })
  return (
    <>
      <AlertHead alert={props.alert} isOld={props.watch.isOld()} />
      <Acknowledgement
        alert={props.alert}
        mayAcknowledge={mayAcknowledge()}
        ask={() => setAsking(true)}
        changed={props.watch.refresh}
      />
      <div class="alert-columns">
        <div class="page">
          <section class="panel" aria-labelledby="what-to-do">
            <h2 id="what-to-do">What to do</h2>
            <p class="what-to-do">{props.alert.whatToDo.trim().replace(/\s*\n\s*/g, ' ')}</p>
          </section>
          <Repairs alert={props.alert} changed={props.watch.refresh} />
          <Evidence rows={props.alert.evidence} />
        </div>
        <div class="page">
          <Timeline transitions={props.alert.transitions} unit={props.alert.unit} />
          <NotificationList notifications={props.alert.notifications} />
        </div>
      </div>
      <Show when={isAsking()}>
        <Suspense>
          <AcknowledgeDialog
            alert={props.alert}
            close={() => setAsking(false)}
            done={props.watch.refresh}
          />
        </Suspense>
      </Show>
    </>
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
