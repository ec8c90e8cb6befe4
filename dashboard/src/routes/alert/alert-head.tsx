import { A } from '@solidjs/router'
import { For, type JSX, Show } from 'solid-js'
import type { AlertDetail } from '../../api.ts'
import { sayQuantity } from '../../text/quantity.ts'
import { sayValue, visible } from '../../text/visible.ts'
import { Fact } from '../../ui/fact.tsx'
import { StateMark } from '../../ui/mark.tsx'
import { Age, Moment } from '../../ui/moment.tsx'
import { alertShown } from '../alerts/alert-line.tsx'
import { whereOf } from './where.ts'

const healthWords: Record<AlertDetail['health'], string> = {
  ok: '',
  no_data: 'No data comes for it any more: this is the last that was known.',
  error: 'Its rule cannot be evaluated: this is the last that was known.',
  stale: 'Its data is too old to go by: this is the last that was known.',
  unmonitored: 'Its instance is no longer watched.',
}

/** What, where, how bad, since when, and whether it is still so. */
export function AlertHead(props: { alert: AlertDetail; isOld: boolean }): JSX.Element {
  const shown = () => {
    const { mark, word, old } = alertShown(props.alert)
    return { mark, word, old: old || props.isOld }
  }
  return (
    <>
      <header class="page-head">
        <StateMark shown={shown()} />
        <h1>
          <bdi>{visible(props.alert.message)}</bdi>
        </h1>
      </header>
      <Show when={healthWords[props.alert.health]}>
        {(words) => <p class="problem">{words()}</p>}
      </Show>
      <section class="panel" aria-label="Facts">
        <Facts alert={props.alert} />
        <details>
          <summary class="dim">Labels</summary>
          <dl class="facts labels">
            <For each={Object.entries(props.alert.labels)}>
              {([name, value]) => (
                <Fact name={visible(name)}>
                  <bdi>{sayValue(value)}</bdi>
                </Fact>
              )}
            </For>
          </dl>
        </details>
      </section>
    </>
  )
}

function Facts(props: { alert: AlertDetail }): JSX.Element {
  return (
    <dl class="facts big">
      <Show when={props.alert.unit}>
        <Fact name="value">
          <b>{sayQuantity(props.alert.value, props.alert.unit)}</b>
          <Show when={props.alert.threshold !== null}>
            <span class="dim"> against {sayQuantity(props.alert.threshold, props.alert.unit)}</span>
          </Show>
        </Fact>
      </Show>
      <Show when={whereOf(props.alert)}>
        {(where) => (
          <Fact name={where().kind}>
            <A href={where().href}>
              <bdi>{visible(where().name)}</bdi>
            </A>
          </Fact>
        )}
      </Show>
      <Fact name={props.alert.raisedAt ? 'raised' : 'pending since'}>
        <Moment at={props.alert.raisedAt ?? props.alert.pendingSince} zone ago />
      </Fact>
      <Show when={props.alert.resolvedAt}>
        {(at) => (
          <Fact name="resolved">
            <Moment at={at()} zone ago />
          </Fact>
        )}
      </Show>
      <Fact name="data of">
        <Age at={props.alert.dataAt} />
        <Show when={props.alert.dataAt}> ago</Show>
      </Fact>
      <Fact name="rule">
        <A href={`/rules#${props.alert.rule}`}>
          {props.alert.code} {props.alert.rule}
        </A>
        <span class="dim"> {props.alert.summary}</span>
      </Fact>
      <Show when={props.alert.flapping}>
        <Fact name="flapping">changes too often; told less</Fact>
      </Show>
      <Show when={props.alert.muted}>
        {(rule) => <Fact name="not told">muted by {visible(rule())}</Fact>}
      </Show>
    </dl>
  )
}
