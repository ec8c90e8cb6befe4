import { type JSX, Show } from 'solid-js'
import { now, zone } from '../clock.ts'
import { sayAge } from '../text/duration.ts'
import { sayFully, sayMoment, zoneName } from '../text/moment.ts'

/** A time, with the whole of it and its zone on hover; the zone itself stands beside the page's clock. */
export function Moment(props: { at: string | null; ago?: boolean; zone?: boolean }): JSX.Element {
  return (
    <Show when={props.at} fallback={<span class="dim">–</span>}>
      {(at) => {
        const ms = () => Date.parse(at())
        return (
          <time class="nowrap" dateTime={at()} title={sayFully(ms(), zone())}>
            {sayMoment(ms(), zone(), now())}
            <Show when={props.zone}> {zoneName(zone(), ms())}</Show>
            <Show when={props.ago}>
              <span class="dim"> · {sayAge((now() - ms()) / 1_000)} ago</span>
            </Show>
          </time>
        )
      }}
    </Show>
  )
}

/** How old something is, counting on by itself. */
export function Age(props: { at: string | null; none?: string }): JSX.Element {
  return (
    <Show when={props.at} fallback={<span class="dim">{props.none ?? 'never'}</span>}>
      {(at) => (
        <time class="nowrap" dateTime={at()} title={sayFully(Date.parse(at()), zone())}>
          {sayAge((now() - Date.parse(at())) / 1_000)}
        </time>
      )}
    </Show>
  )
}

/** When a page last heard from the server, in its head. */
export function ReadAge(props: { at: number | undefined }): JSX.Element {
  return (
    <p class="page-age dim">
      <Show when={props.at} fallback="not read yet">
        {(at) => <>read {sayAge((now() - at()) / 1_000)} ago</>}
      </Show>
    </p>
  )
}
