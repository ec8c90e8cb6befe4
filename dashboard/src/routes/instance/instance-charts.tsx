import { createMemo, For, type JSX } from 'solid-js'
import { answerOf, client, type Instance } from '../../api.ts'
import { catalogue, type ChartSpec } from '../../charts/catalogue.ts'
import { marksOfAlerts } from '../../charts/event-marks.ts'
import { HistoryChart } from '../../charts/history-chart.tsx'
import { fixed, type Span, type TimeRange } from '../../charts/time-range.ts'
import { createWatch } from '../../watch.ts'

interface Props {
  instance: Instance
  span: Span
  isLive: boolean
  choose: (range: TimeRange) => void
}

/** All charts of an instance over one range; its alerts are marked on each. */
export function InstanceCharts(props: Props): JSX.Element {
  const alerts = createWatch({
    source: () => props.instance.id,
    read: (id, signal) =>
      answerOf(
        client.alerts.$get(
          { query: { state: 'all', instance: String(id), limit: '100' } },
          { init: { signal } },
        ),
      ),
    wants: (event) => event.kind === 'alert',
    everyMs: 30_000,
  })
  const marks = createMemo(() => marksOfAlerts(alerts.data()?.items ?? []))
  const specs: readonly ChartSpec[] = catalogue
  // The first chart of an area carries its name: a cell of the overview leads there.
  const isFirst = (spec: ChartSpec) => specs.find(({ area }) => area === spec.area) === spec
  return (
    <section class="charts" aria-label="Charts">
      <For each={specs}>
        {(spec) => (
          <div
            id={
              isFirst(spec) && !['locks', 'connections'].includes(spec.area) ? spec.area : undefined
            }
          >
            <HistoryChart
              spec={spec}
              instance={props.instance}
              span={props.span}
              isLive={props.isLive}
              marks={marks()}
              zoom={(span) => props.choose(fixed(span))}
            />
          </div>
        )}
      </For>
    </section>
  )
}
