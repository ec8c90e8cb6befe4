import type { JSX } from 'solid-js'
import { Show } from 'solid-js'
import { useOverview } from '../../frame/overview-context.ts'
import { createTitle } from '../../title.ts'
import { ReadAge } from '../../ui/moment.tsx'
import { Empty } from '../../ui/problem.tsx'
import { Watched } from '../../ui/watched.tsx'
import { Matrix } from './matrix.tsx'
import { MonitorTile } from './monitor-tile.tsx'
import { OpenAlerts } from './open-alerts.tsx'
import './overview.css'

/** Every instance in its fixed place, worst first never: order by name, so that a wall can be learnt. */
export function OverviewPage(): JSX.Element {
  const overview = useOverview()
  createTitle(() => {
    const counts = overview.data()?.counts
    const open = counts ? counts.critical + counts.warning : 0
    return open > 0 ? `(${open}) Overview` : 'Overview'
  })
  return (
    <div class="page">
      <header class="page-head">
        <h1>Overview</h1>
        <ReadAge at={overview.readAt()} />
      </header>
      <Watched watch={overview}>
        {(data) => (
          <>
            <MonitorTile overview={data()} isOld={overview.isOld()} />
            <section class="panel matrix-panel" aria-label="Instances">
              <Show
                when={data().instances.length > 0}
                fallback={
                  <Empty command="npx trunkline instance add postgres://monitor@host:5432/postgres">
                    No instance is watched yet. Add the first one from the machine Trunkline runs
                    on:
                  </Empty>
                }
              >
                <Matrix instances={data().instances} isOld={overview.isOld()} />
              </Show>
            </section>
            <OpenAlerts />
          </>
        )}
      </Watched>
    </div>
  )
}
