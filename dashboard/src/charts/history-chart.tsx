import { createMemo, type JSX, Show } from 'solid-js'
import { answerOf, client } from '../api.ts'
import { ProblemNote } from '../ui/problem.tsx'
import { createWatch } from '../watch.ts'
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
  const history = createHistoryWatch(props)
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
          isLoading={history.data() === undefined}
          marks={props.marks}
          zoom={props.zoom}
        />
      </Show>
    </div>
  )
}

function createHistoryWatch(props: Props) {
  // A live range is read to now at each poll: only its length decides whether to ask anew at once.
  const source = createMemo(() => {
    const { from, to } = props.span
    const target =
      props.spec.target === 'host'
        ? { host: props.instance.host.id }
        : { instance: props.instance.id }
    return JSON.stringify([target, props.isLive ? to - from : [from, to]])
  })
  return createWatch({
    source,
    read: (_, signal) => {
      const { spec, instance, span } = props
      const target =
        spec.target === 'host'
          ? { host: String(instance.host.id) }
          : { instance: String(instance.id) }
      const query = {
        ...target,
        from: new Date(span.from).toISOString(),
        to: new Date(span.to).toISOString(),
        columns: Object.keys(spec.columns).join(','),
      }
      const asked = client.history[':probe'].$get(
        { param: { probe: spec.probe }, query },
        { init: { signal } },
      )
      return answerOf(asked)
    },
    everyMs: 15_000,
    whole: true,
  })
}
