import { For, type JSX, Show } from 'solid-js'
import type { Notification } from '../../api.ts'
import { visible } from '../../text/visible.ts'
import { StateMark } from '../../ui/mark.tsx'
import { Moment } from '../../ui/moment.tsx'
import { notificationShown } from '../notifications/notification-state.ts'

/** Who was told, and what each receiver's server answered. */
export function NotificationList(props: { notifications: readonly Notification[] }): JSX.Element {
  return (
    <section class="panel" aria-labelledby="notifications">
      <h2 id="notifications">Notifications</h2>
      <Show
        when={props.notifications.length > 0}
        fallback={<p class="dim">Nobody has been told.</p>}
      >
        <ul class="timeline">
          <For each={props.notifications}>
            {(notification) => (
              <li>
                <p>
                  <StateMark shown={notificationShown(notification.state)} />{' '}
                  {notification.kind.replace('_', ' ')} to{' '}
                  <bdi>{visible(notification.receiver)}</bdi>{' '}
                  <span class="dim">
                    by {visible(notification.channel)} ·{' '}
                    <Moment at={notification.sentAt ?? notification.createdAt} />
                    <Show when={notification.attempts > 1}>
                      {' '}
                      · {notification.attempts} attempts
                    </Show>
                  </span>
                </p>
                <Show when={notification.lastError ?? notification.reply}>
                  {(said) => <p class="dim said">{visible(said())}</p>}
                </Show>
              </li>
            )}
          </For>
        </ul>
      </Show>
    </section>
  )
}
