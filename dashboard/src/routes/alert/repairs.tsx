import { For, type JSX, Show } from 'solid-js'
import type { AlertDetail } from '../../api.ts'
import { ActionCard } from '../actions/action-card.tsx'
import { Repair } from './repair.tsx'

/** The runbooks that may mend it, and what was run for it. */
export function Repairs(props: { alert: AlertDetail; changed: () => void }): JSX.Element {
  const others = () =>
    props.alert.actions.filter(
      ({ runbook }) => !props.alert.runbooks.some((one) => one.runbook === runbook),
    )
  return (
    <Show when={props.alert.runbooks.length > 0 || props.alert.actions.length > 0}>
      <section class="panel" aria-labelledby="repair">
        <h2 id="repair">Repair</h2>
        <For each={props.alert.runbooks}>
          {(runbook) => (
            <Repair alert={props.alert} runbook={runbook} changed={() => props.changed()} />
          )}
        </For>
        <For each={others()}>{(action) => <ActionCard action={action} />}</For>
      </section>
    </Show>
  )
}
