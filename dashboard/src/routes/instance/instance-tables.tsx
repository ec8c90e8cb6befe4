import { createSignal, type JSX, Show } from 'solid-js'
import type { Instance } from '../../api.ts'
import { ProbeRuns } from './probe-runs.tsx'
import { createSamplesWatch } from './samples-watch.ts'
import { SessionsPanel } from './sessions-panel.tsx'

/** Under the charts: who is connected, and how each probe fares. */
export function InstanceTables(props: { instance: Instance }): JSX.Element {
  const [isOpen, setOpen] = createSignal(false)
  const sessions = createSamplesWatch('sessions', () => props.instance.id)
  return (
    <>
      <SessionsPanel watch={sessions} />
      <section class="panel" id="agent">
        <details onToggle={(event) => setOpen(event.currentTarget.open)}>
          <summary>
            <h2>Probes: newest runs and rows</h2>
          </summary>
          <Show when={isOpen()}>
            <ProbeRuns instance={props.instance} />
          </Show>
        </details>
      </section>
    </>
  )
}
