import { useSearchParams } from '@solidjs/router'
import { createMemo, createSignal, type JSX, lazy, Show, Suspense } from 'solid-js'
import { type Alert, answerOf, client } from '../../api.ts'
import { createTitle } from '../../title.ts'
import { ReadAge } from '../../ui/moment.tsx'
import { Watched } from '../../ui/watched.tsx'
import { createWatch } from '../../watch.ts'
import { AlertFilters, type Filters, readFilters } from './alert-filters.tsx'
import { AlertTable } from './alert-table.tsx'
import { createRowKeys } from './row-keys.ts'
import './alerts.css'

const AcknowledgeDialog = lazy(async () => ({
  default: (await import('./acknowledge-dialog.tsx')).AcknowledgeDialog,
}))
const pageSize = 100

/** The alerts of a filter that is in the URL; a list to work through with the keyboard. */
export function AlertsPage(): JSX.Element {
  const [query, setQuery] = useSearchParams<Partial<Record<keyof Filters, string>>>()
  const filters = createMemo(() => readFilters(query))
  const [chosen, setChosen] = createSignal<Alert>()
  const alerts = createAlertsWatch(filters)
  // The API has no filter by area, which is a property of the rule.
  const shown = createMemo(() => {
    const { area } = filters()
    return (alerts.data()?.items ?? []).filter((alert) => !area || alert.area === area)
  })
  createTitle(() => 'Alerts')
  createRowKeys(shown, setChosen)
  return (
    <div class="page">
      <header class="page-head">
        <h1>Alerts</h1>
        <ReadAge at={alerts.readAt()} />
      </header>
      <AlertFilters filters={filters()} change={(change) => setQuery(change, { replace: true })} />
      <Watched watch={alerts}>
        {(data) => (
          <>
            <AlertTable alerts={shown()} acknowledge={setChosen} />
            <Show when={data().next}>
              <p class="dim">More than {pageSize} match: narrow the filters to see the others.</p>
            </Show>
          </>
        )}
      </Watched>
      <Show when={chosen()} keyed>
        {(alert) => (
          <Suspense>
            <AcknowledgeDialog alert={alert} close={() => setChosen()} done={alerts.refresh} />
          </Suspense>
        )}
      </Show>
    </div>
  )
}

function createAlertsWatch(filters: () => Filters) {
  return createWatch({
    source: filters,
    read: ({ state, level, instance }, signal) => {
      const asked = {
        state,
        limit: String(pageSize),
        ...(level ? { level } : {}),
        ...(instance ? { instance } : {}),
      }
      return answerOf(client.alerts.$get({ query: asked }, { init: { signal } }))
    },
    wants: (event) => event.kind === 'alert',
  })
}
