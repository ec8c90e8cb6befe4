import { A } from '@solidjs/router'
import { For, type JSX, Show } from 'solid-js'
import { areaNames, type Instance } from '../../api.ts'
import { now } from '../../clock.ts'
import { areaShown, availabilityShown } from '../../health.ts'
import { sayDuration } from '../../text/duration.ts'
import { visible } from '../../text/visible.ts'
import { Fact } from '../../ui/fact.tsx'
import { StateMark } from '../../ui/mark.tsx'
import { Age, Moment } from '../../ui/moment.tsx'

interface Props {
  instance: Instance
  isOld: boolean
}

export function InstanceFacts(props: Props): JSX.Element {
  return (
    <>
      <header class="page-head">
        <h1>
          <bdi>{visible(props.instance.name)}</bdi>
        </h1>
        <StateMark shown={availabilityShown(props.instance, props)} />
        <p
          class="page-age dim"
          classList={{ 'bad-age': props.instance.health !== 'ok' || props.isOld }}
        >
          data is <Age at={props.instance.dataAt} none="missing" />
          <Show when={props.instance.dataAt}> old</Show>
        </p>
      </header>
      <Show when={props.instance.stateReason}>
        {(reason) => (
          <p class="problem">
            <span>{visible(reason())}</span>
          </p>
        )}
      </Show>
      <section class="panel" aria-label="Facts">
        <Facts instance={props.instance} />
        <Areas {...props} />
      </section>
    </>
  )
}

function Facts(props: { instance: Instance }): JSX.Element {
  const uptime = () => {
    const started = props.instance.startedAt
    return started && props.instance.state === 'up'
      ? (now() - Date.parse(started)) / 1_000
      : undefined
  }
  return (
    <dl class="facts">
      <Fact name="address">
        {visible(props.instance.address)}:{props.instance.port}/{visible(props.instance.database)}
      </Fact>
      <Fact name="version">{visible(props.instance.version ?? '–')}</Fact>
      <Fact name="role">{props.instance.role ?? '–'}</Fact>
      <Fact name="started">
        <Moment at={props.instance.startedAt} />
        <Show when={uptime()}>
          {(seconds) => <span class="dim"> · up {sayDuration(seconds())}</span>}
        </Show>
      </Fact>
      <Fact name="host">{visible(props.instance.host.name)}</Fact>
      <Fact name="agent">
        <A href="/agents">{visible(props.instance.agent.name)}</A>
      </Fact>
      <Fact name="system identifier">{visible(props.instance.systemIdentifier ?? '–')}</Fact>
      <Fact name="actions">
        {props.instance.hasActor
          ? 'run as a role that was tried when the instance was added'
          : 'none: no role for runbooks is set'}
      </Fact>
    </dl>
  )
}

function Areas(props: Props): JSX.Element {
  return (
    <ul class="areas">
      <For each={areaNames}>
        {(area) => (
          <li>
            <a
              href={
                props.instance.areas[area].alerts > 0
                  ? `/alerts?instance=${props.instance.id}&area=${area}`
                  : `#${area}`
              }
            >
              <small class="dim">{area}</small>
              <StateMark
                shown={
                  area === 'availability'
                    ? availabilityShown(props.instance, props)
                    : areaShown(props.instance.areas[area], props)
                }
              />
            </a>
          </li>
        )}
      </For>
    </ul>
  )
}
