import { A } from '@solidjs/router'
import { For, type JSX, Show } from 'solid-js'
import { areaNames, type AreaName, type Instance } from '../../api.ts'
import { areaShown, availabilityShown } from '../../health.ts'
import { visible } from '../../text/visible.ts'
import { StateMark } from '../../ui/mark.tsx'
import { Age } from '../../ui/moment.tsx'

interface Props {
  instances: readonly Instance[]
  /** The page could not read for a while. */
  isOld: boolean
}

/** Rows are instances in a stable order, columns the eight areas; on a narrow screen a row is a card. */
export function Matrix(props: Props): JSX.Element {
  return (
    <table class="matrix">
      <caption class="visually-hidden">State of every instance by area</caption>
      <thead>
        <tr>
          <th scope="col">instance</th>
          <For each={areaNames}>{(area) => <th scope="col">{area}</th>}</For>
          <th scope="col" class="number">
            data age
          </th>
        </tr>
      </thead>
      <tbody>
        <For each={props.instances}>
          {(instance) => <Row instance={instance} isOld={props.isOld} />}
        </For>
      </tbody>
    </table>
  )
}

function Row(props: { instance: Instance; isOld: boolean }): JSX.Element {
  const shown = (area: AreaName) =>
    area === 'availability'
      ? availabilityShown(props.instance, props)
      : areaShown(props.instance.areas[area], props)
  return (
    <tr>
      <th scope="row">
        <A href={`/instances/${props.instance.id}`}>
          <bdi>{visible(props.instance.name)}</bdi>
        </A>
        <small class="dim">
          <bdi>
            {props.instance.address}:{props.instance.port}
          </bdi>
          <Show when={props.instance.role}>{(role) => <> · {role()}</>}</Show>
          <Show when={props.instance.version}>{(version) => <> · {visible(version())}</>}</Show>
        </small>
      </th>
      <For each={areaNames}>
        {(area) => (
          <td data-area={area}>
            <A href={target(props.instance, area)} aria-label={`${area}: ${shown(area).word}`}>
              <span class="area-name" aria-hidden="true">
                {area}
              </span>
              <StateMark shown={shown(area)} />
            </A>
          </td>
        )}
      </For>
      <td class="number age" classList={{ late: props.instance.health !== 'ok' || props.isOld }}>
        <Age at={props.instance.dataAt} none="no data" />
      </td>
    </tr>
  )
}

/** A cell with alerts leads to them, any other to the instance's own numbers of that area. */
function target(instance: Instance, area: AreaName): string {
  return instance.areas[area].alerts > 0
    ? `/alerts?instance=${instance.id}&area=${area}`
    : `/instances/${instance.id}#${area}`
}
