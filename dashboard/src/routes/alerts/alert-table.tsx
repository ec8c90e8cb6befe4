import { A } from '@solidjs/router'
import { type JSX, Show } from 'solid-js'
import type { Alert } from '../../api.ts'
import { can } from '../../session.ts'
import { sayQuantity } from '../../text/quantity.ts'
import { visible } from '../../text/visible.ts'
import { ListTable } from '../../ui/list-table.tsx'
import { StateMark } from '../../ui/mark.tsx'
import { Age, Moment } from '../../ui/moment.tsx'
import { Empty } from '../../ui/problem.tsx'
import { alertShown } from './alert-line.tsx'

const columns = ['level', 'alert', 'value#', 'since', 'for#', 'acknowledged'] as const

interface Props {
  alerts: readonly Alert[]
  acknowledge: (alert: Alert) => void
}

export function AlertTable(props: Props): JSX.Element {
  return (
    <section class="panel alert-list" aria-label="Alerts">
      <Show
        when={props.alerts.length > 0}
        fallback={<Empty>No alert matches these filters.</Empty>}
      >
        <ListTable class="alerts" columns={columns} rows={props.alerts}>
          {(alert) => <Row alert={alert} acknowledge={() => props.acknowledge(alert)} />}
        </ListTable>
      </Show>
    </section>
  )
}

function Row(props: { alert: Alert; acknowledge: () => void }): JSX.Element {
  const since = () => props.alert.raisedAt ?? props.alert.pendingSince
  return (
    <tr>
      <td>
        <StateMark shown={alertShown(props.alert)} />
      </td>
      <td class="what">
        <What alert={props.alert} />
      </td>
      <td class="number" data-label="value">
        {props.alert.unit && sayQuantity(props.alert.value, props.alert.unit)}
      </td>
      <td data-label="since">
        <Moment at={since()} />
      </td>
      <td class="number" data-label="for">
        <Show when={!props.alert.resolvedAt} fallback={<span class="dim">over</span>}>
          <Age at={since()} />
        </Show>
      </td>
      <td>
        <Show
          when={props.alert.acknowledged}
          fallback={
            <Show when={can('responder') && props.alert.condition !== 'normal'}>
              <button onClick={() => props.acknowledge()}>Acknowledge</button>
            </Show>
          }
        >
          {(known) => <Acknowledged known={known()} />}
        </Show>
      </td>
    </tr>
  )
}

function What(props: { alert: Alert }): JSX.Element {
  return (
    <>
      <A href={`/alerts/${props.alert.id}`} data-alert={props.alert.id}>
        <bdi>{visible(props.alert.message)}</bdi>
      </A>
      <small class="dim">
        <bdi>{visible(props.alert.instance?.name ?? props.alert.agent?.name ?? '')}</bdi> ·{' '}
        {props.alert.code} {props.alert.rule} · {props.alert.area}
        <Show when={props.alert.flapping}> · flapping</Show>
        <Show when={props.alert.muted}>
          {(rule) => <> · not told: muted by {visible(rule())}</>}
        </Show>
        <Show when={props.alert.health !== 'ok'}>
          {' '}
          · data: {props.alert.health.replace('_', ' ')}
        </Show>
      </small>
    </>
  )
}

function Acknowledged(props: { known: NonNullable<Alert['acknowledged']> }): JSX.Element {
  return (
    <>
      <bdi>{visible(props.known.by)}</bdi>{' '}
      <small class="dim">
        <Moment at={props.known.at} />
        <Show when={props.known.note}>
          {(note) => (
            <>
              {' '}
              · <bdi>{visible(note())}</bdi>
            </>
          )}
        </Show>
      </small>
    </>
  )
}
