import uPlot from 'uplot'
import 'uplot/dist/uPlot.min.css'
import { createEffect, createSignal, For, type JSX, on, onCleanup, onMount, Show } from 'solid-js'
import { zone } from '../clock.ts'
import { paint } from '../theme.ts'
import { sayQuantity } from '../text/quantity.ts'
import { visible } from '../text/visible.ts'
import { ChartTable } from './chart-table.tsx'
import { plainUnit, plotData, plotOptions } from './plot.ts'
import type { EventMark } from './event-marks.ts'
import { type Lines, summaryOf } from './lines.ts'
import type { Span } from './time-range.ts'
import './chart.css'

export interface ChartProps {
  title: string
  lines: Lines
  /** UCUM. */
  unit: string
  span: Span
  isStacked?: boolean
  marks: readonly EventMark[]
  /** A stretch was chosen by dragging. */
  zoom: (span: Span) => void
}

/** uPlot in a box: created on mount, given new data by an effect, destroyed on cleanup. */
export function Chart(props: ChartProps): JSX.Element {
  let box: HTMLDivElement | undefined
  const [at, setAt] = createSignal<number | null>(null)
  const [hidden, setHidden] = createSignal<ReadonlySet<string>>(new Set<string>())
  const shown = () => ({
    ...props.lines,
    lines: props.lines.lines.filter(({ name }) => !hidden().has(name)),
  })
  // The title says what is counted.
  const say = (value: number | null | undefined) => sayQuantity(value, plainUnit(props.unit))
  onMount(() => mountPlot(() => box, props, { shown, setAt }))
  const toggle = (name: string) => {
    const next = new Set(hidden())
    if (!next.delete(name)) next.add(name)
    setHidden(next)
  }
  return (
    <figure class="chart">
      <figcaption>{props.title}</figcaption>
      <div
        ref={(element) => (box = element)}
        class="plot"
        role="img"
        aria-label={summaryOf(props.title, props.lines, say)}
      />
      <Show when={props.lines.lines.length === 0}>
        <p class="dim no-data">No data in this range.</p>
      </Show>
      <ul class="legend">
        <For each={props.lines.lines}>
          {(line, index) => (
            <li>
              <button
                class={`quiet series-${index() + 1}`}
                aria-pressed={!hidden().has(line.name)}
                onClick={() => toggle(line.name)}
              >
                <span class="swatch" aria-hidden="true" />
                <bdi>{visible(line.name)}</bdi> <b>{say(valueAt(line.values, at()))}</b>
              </button>
            </li>
          )}
        </For>
        <Show when={props.lines.cut > 0}>
          <li class="dim">and {props.lines.cut} smaller</li>
        </Show>
      </ul>
      <ChartTable title={props.title} lines={props.lines} say={say} />
    </figure>
  )
}

/** The value under the cursor; without a cursor the newest there is. */
function valueAt(values: readonly (number | null)[], index: number | null) {
  return index === null ? values.findLast((value) => value !== null) : values[index]
}

interface Parts {
  shown: () => Lines
  setAt: (index: number | null) => void
}

function mountPlot(box: () => HTMLDivElement | undefined, props: ChartProps, parts: Parts) {
  const element = box()
  if (!element) return
  let plot: uPlot | undefined
  const make = () => {
    plot?.destroy()
    plot = new uPlot(plotOptions(element, props, parts), plotData(parts.shown(), props), element)
  }
  const names = () =>
    parts
      .shown()
      .lines.map(({ name }) => name)
      .join('\0')
  // Lines, colours and zone are options of the plot; new points are not.
  createEffect(on([names, paint, zone, () => props.unit], make))
  createEffect(
    on([parts.shown, () => props.span, () => props.marks], () => {
      plot?.setData(plotData(parts.shown(), props), false)
      plot?.setScale('x', { min: props.span.from / 1_000, max: props.span.to / 1_000 })
    }),
  )
  const resized = new ResizeObserver(() => {
    if (plot && element.clientWidth > 0)
      plot.setSize({ width: element.clientWidth, height: plot.height })
  })
  resized.observe(element)
  onCleanup(() => {
    resized.disconnect()
    plot?.destroy()
  })
}
