import { type JSX, Show } from 'solid-js'
import type { Samples } from '../../api.ts'
import { visible } from '../../text/visible.ts'
import { Age } from '../../ui/moment.tsx'
import type { Watch } from '../../watch.ts'

/** How old the newest rows of a probe are, and why the newest run failed if it did. */
export function SampleAge(props: { watch: Watch<Samples> }): JSX.Element {
  return (
    <Show when={props.watch.data()}>
      {(data) => (
        <span class="dim">
          <Show when={data().run && !data().run?.ok}>
            <b class="bad">failed: {visible(data().run?.error ?? 'no reason given')}</b> ·{' '}
          </Show>
          collected <Age at={data().collectedAt} />
          <Show when={data().collectedAt}> ago</Show>
        </span>
      )}
    </Show>
  )
}
