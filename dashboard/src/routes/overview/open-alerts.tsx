import { A } from '@solidjs/router'
import { For, type JSX, Show } from 'solid-js'
import { answerOf, client } from '../../api.ts'
import { createWatch } from '../../watch.ts'
import { Watched } from '../../ui/watched.tsx'
import { AlertLine } from '../alerts/alert-line.tsx'

const most = 8

/** The newest firing alerts, under the matrix so that its place never moves. */
export function OpenAlerts(): JSX.Element {
  const alerts = createWatch({
    source: () => 'firing',
    read: (_, signal) =>
      answerOf(
        client.alerts.$get(
          { query: { state: 'firing', limit: String(most) } },
          { init: { signal } },
        ),
      ),
    wants: (event) => event.kind === 'alert',
  })
  return (
    <section class="panel" aria-labelledby="firing-heading">
      <header>
        <h2 id="firing-heading">Firing</h2>
        <A href="/alerts">All alerts</A>
      </header>
      <Watched watch={alerts}>
        {(data) => (
          <Show when={data().items.length > 0} fallback={<p class="dim">Nothing fires.</p>}>
            <ul class="alert-lines">
              <For each={data().items}>{(alert) => <AlertLine alert={alert} />}</For>
            </ul>
          </Show>
        )}
      </Watched>
    </section>
  )
}
