import { A } from '@solidjs/router'
import { type JSX, Show } from 'solid-js'
import type { Alert } from '../../api.ts'
import { levelMark, type Shown } from '../../health.ts'
import { visible } from '../../text/visible.ts'
import { StateMark } from '../../ui/mark.tsx'
import { Age } from '../../ui/moment.tsx'
import './alert-line.css'

/** The mark of an alert: its level while it is open; pending and resolved are words of their own. */
export function alertShown(
  alert: Pick<Alert, 'condition' | 'level' | 'levelName' | 'health'>,
): Shown {
  const old = alert.health !== 'ok'
  if (alert.condition === 'normal') return { mark: 'ok', word: 'resolved', old: false }
  if (alert.condition === 'pending') return { mark: 'waiting', word: 'pending', old }
  return { mark: levelMark(alert.level), word: alert.levelName, old }
}

/** One alert in one line, for lists beside something else. */
export function AlertLine(props: { alert: Alert }): JSX.Element {
  return (
    <li class="alert-line">
      <StateMark shown={alertShown(props.alert)} />
      <A href={`/alerts/${props.alert.id}`}>
        <bdi>{visible(props.alert.message)}</bdi>
      </A>
      <span class="dim nowrap">
        <Age at={props.alert.raisedAt ?? props.alert.pendingSince} />
        <Show when={props.alert.acknowledged}>
          {(known) => <> · acknowledged by {visible(known().by)}</>}
        </Show>
      </span>
    </li>
  )
}
