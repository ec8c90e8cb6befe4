import { A } from '@solidjs/router'
import { For, type JSX, Show } from 'solid-js'
import type { AlertDetail } from '../../api.ts'
import { sayQuantity } from '../../text/quantity.ts'
import { sayValue, visible } from '../../text/visible.ts'
import { StateMark } from '../../ui/mark.tsx'
import { Age, Moment } from '../../ui/moment.tsx'
import { alertShown } from '../alerts/alert-line.tsx'

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
        <dl class="facts big">
          <div>
            <dt>value</dt>
            <dd>
              <b>{sayQuantity(props.alert.value, props.alert.unit)}</b>
              <Show when={props.alert.threshold !== null}>
                <span class="dim">
                  {' '}
                  against {sayQuantity(props.alert.threshold, props.alert.unit)}
                </span>
              </Show>
            </dd>
          </div>
          <Where alert={props.alert} />
          <Since alert={props.alert} />
          <div>
            <dt>data of</dt>
            <dd>
              <Age at={props.alert.dataAt} />
              <Show when={props.alert.dataAt}> ago</Show>
            </dd>
          </div>
          <div>
            <dt>rule</dt>
            <dd>
              <A href={`/rules#${props.alert.rule}`}>
                {props.alert.code} {props.alert.rule}
              </A>
              <span class="dim"> {props.alert.summary}</span>
            </dd>
          </div>
          <Show when={props.alert.flapping}>
            <div>
              <dt>flapping</dt>
              <dd>changes too often; told less</dd>
            </div>
          </Show>
          <Show when={props.alert.muted}>
            {(rule) => (
              <div>
                <dt>not told</dt>
                <dd>muted by {visible(rule())}</dd>
              </div>
            )}
          </Show>
        </dl>
        <details>
          <summary class="dim">Labels</summary>
          <dl class="facts labels">
            <For each={Object.entries(props.alert.labels)}>
              {([name, value]) => (
                <div>
                  <dt>{visible(name)}</dt>
                  <dd>
                    <bdi>{sayValue(value)}</bdi>
                  </dd>
                </div>
              )}
            </For>
          </dl>
        </details>
      </section>
    </>
  )
}

function Where(props: { alert: AlertDetail }): JSX.Element {
  return (
    <Show when={props.alert.instance ?? props.alert.agent}>
      {(at) => (
        <div>
          <dt>{props.alert.instance ? 'instance' : 'agent'}</dt>
          <dd>
            <A
              href={
                props.alert.instance
                  ? `/instances/${props.alert.instance.id}${around(props.alert)}`
                  : '/agents'
              }
            >
              <bdi>{visible(at().name)}</bdi>
            </A>
          </dd>
        </div>
      )}
    </Show>
  )
}

function Since(props: { alert: AlertDetail }): JSX.Element {
  return (
    <>
      <div>
        <dt>{props.alert.raisedAt ? 'raised' : 'pending since'}</dt>
        <dd>
          <Moment at={props.alert.raisedAt ?? props.alert.pendingSince} zone ago />
        </dd>
      </div>
      <Show when={props.alert.resolvedAt}>
        {(at) => (
          <div>
            <dt>resolved</dt>
            <dd>
              <Moment at={at()} zone ago />
            </dd>
          </div>
        )}
      </Show>
    </>
  )
}

/** The charts of the time it was raised in, once that is more than an hour ago. */
function around(alert: AlertDetail): string {
  const [raised, changed] = [Date.parse(alert.raisedAt ?? ''), Date.parse(alert.changedAt)]
  if (Number.isNaN(raised) || !alert.resolvedAt) return ''
  const at = (ms: number) =>
    encodeURIComponent(new Date(Math.floor(ms / 1_000) * 1_000).toISOString().replace('.000', ''))
  return `?from=${at(raised - 1_800_000)}&to=${at(changed + 900_000)}`
}
