import { createMemo, type JSX, Show } from 'solid-js'
import { answerOf, client } from '../api.ts'
import { createWatch } from '../watch.ts'
import { ProblemNote } from '../ui/problem.tsx'
import type { ChartSpec } from './catalogue.ts'
import { Chart } from './chart.tsx'
import type { EventMark } from './event-marks.ts'
import { linesOf } from './lines.ts'
import type { Span } from './time-range.ts'

interface Props {
  spec: ChartSpec
  instance: { id: number; host: { id: number } }
  span: Span
  isLive: boolean
  marks: readonly EventMark[]
  zoom: (span: Span) => void
}

/** One chart of the catalogue for one instance: reads its history and keeps it current while the range is live. */
export function HistoryChart(props: Props): JSX.Element {
  // A live range is read to now each time; only its length decides whether to ask anew at once.
  const length = () => props.span.to - props.span.from
  const source = createMemo(
    () => ({
      spec: props.spec,
      target:
        props.spec.target === 'host'
          ? { host: String(props.instance.host.id) }
          : { instance: String(props.instance.id) },
      key: props.isLive ? `live ${length()}` : `${props.span.from} ${props.span.to}`,
    }),
    undefined,
    {
      equals: (a, b) =>
        a.key === b.key &&
        a.spec === b.spec &&
        JSON.stringify(a.target) === JSON.stringify(b.target),
    },
  )
  const history = createWatch({
    source,
    read: ({ spec, target }, signal) => {
      const query = {
        ...target,
        from: new Date(props.span.from).toISOString(),
        to: new Date(props.span.to).toISOString(),
        columns: Object.keys(spec.columns).join(','),
      }
      return answerOf(
        client.history[':probe'].$get(
          { param: { probe: spec.probe }, query },
          { init: { signal } },
        ),
      )
    },
    everyMs: 15_000,
    whole: true,
  })
  const lines = createMemo(() => linesOf(history.data() ?? { series: [] }, props.spec))
  return (
    <div class="chart-place" classList={{ old: history.isOld() }}>
      <Show when={!history.problem()} fallback={<ProblemNote problem={history.problem()} />}>
        <Chart
          title={props.spec.title}
          lines={lines()}
          unit={props.spec.unit}
          span={props.span}
          isStacked={props.spec.isStacked ?? false}
          marks={props.marks}
          zoom={props.zoom}
        />
      </Show>
    </div>
  )
}
