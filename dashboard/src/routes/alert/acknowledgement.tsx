import { type JSX, Show } from 'solid-js'
import { type AlertDetail, answerOf, client } from '../../api.ts'
import { can } from '../../session.ts'
import { createQuickTask } from '../../task.ts'
import { visible } from '../../text/visible.ts'
import { Moment } from '../../ui/moment.tsx'

interface Props {
  alert: AlertDetail
  mayAcknowledge: boolean
  ask: () => void
  changed: () => void
}

/** Who is on it, or the button to say "I am". */
export function Acknowledgement(props: Props): JSX.Element {
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
      {(known) => <Known known={known()} id={props.alert.id} changed={() => props.changed()} />}
    </Show>
  )
}

function Known(props: {
  known: NonNullable<AlertDetail['acknowledged']>
  id: string
  changed: () => void
}): JSX.Element {
  const withdraw = createQuickTask(async () => {
    await answerOf(client.alerts[':id'].acknowledge.$delete({ param: { id: props.id } }))
    props.changed()
  })
  return (
    <section class="panel acknowledged" aria-label="Acknowledged">
      <p>
        Acknowledged by <b>{visible(props.known.by)}</b> <Moment at={props.known.at} ago />
        <Show when={props.known.until}>
          {(until) => (
            <>
              , until <Moment at={until()} />
            </>
          )}
        </Show>
        <Show when={props.known.note}>
          {(note) => (
            <>
              : <bdi>{visible(note(), { lines: true })}</bdi>
            </>
          )}
        </Show>
      </p>
      <Show when={can('responder')}>
        <button class="quiet" disabled={withdraw.isBusy()} onClick={() => withdraw.run()}>
          Withdraw
        </button>
      </Show>
    </section>
  )
}
