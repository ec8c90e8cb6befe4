import { A } from '@solidjs/router'
import { type JSX, Show } from 'solid-js'
import { answerOf, client, type Notification } from '../../api.ts'
import { notify } from '../../notices.ts'
import { can } from '../../session.ts'
import { createQuickTask } from '../../task.ts'
import { visible } from '../../text/visible.ts'
import { StateMark } from '../../ui/mark.tsx'
import { Moment } from '../../ui/moment.tsx'
import { notificationShown } from './notification-state.ts'

/** One message to one receiver, and what became of it. */
export function NotificationRow(props: {
  notification: Notification
  changed: () => void
}): JSX.Element {
  return (
    <tr>
      <td>
        <StateMark shown={notificationShown(props.notification.state)} />
      </td>
      <td>
        <A href={`/alerts/${props.notification.alertId}`}>
          <bdi>{visible(props.notification.subject)}</bdi>
        </A>
      </td>
      <td data-label="receiver">
        <bdi>{visible(props.notification.receiver)}</bdi>{' '}
        <small class="dim">by {visible(props.notification.channel)}</small>
      </td>
      <td data-label="when">
        <Moment at={props.notification.sentAt ?? props.notification.createdAt} ago />
        <Show when={props.notification.state === 'retry_wait'}>
          <small class="dim">
            {' '}
            next try <Moment at={props.notification.nextTryAt} />
          </small>
        </Show>
      </td>
      <td class="said dim">
        {visible(props.notification.lastError ?? props.notification.reply ?? '')}
        <Show when={props.notification.attempts > 1}>
          {' '}
          ({props.notification.attempts} attempts)
        </Show>
      </td>
      <td>
        <Show when={props.notification.state === 'dead' && can('responder')}>
          <RetryButton id={props.notification.id} done={() => props.changed()} />
        </Show>
      </td>
    </tr>
  )
}

function RetryButton(props: { id: string; done: () => void }): JSX.Element {
  const retry = createQuickTask(async () => {
    await answerOf(client.notifications[':id'].retry.$post({ param: { id: props.id } }))
    notify('Queued again.')
    props.done()
  })
  return (
    <button disabled={retry.isBusy()} onClick={() => retry.run()}>
      Send again
    </button>
  )
}
