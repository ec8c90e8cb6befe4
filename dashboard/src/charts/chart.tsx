import uPlot from 'uplot'
import 'uplot/dist/uPlot.min.css'
import { createEffect, createSignal, For, type JSX, on, onCleanup, onMount, Show } from 'solid-js'
import { zone } from '../clock.ts'
import { paint } from '../theme.ts'
import { sayDuration } from '../text/duration.ts'
import { sayQuantity } from '../text/quantity.ts'
import { visible } from '../text/visible.ts'
import { ChartTable } from './chart-table.tsx'
import { plainUnit, plotData, plotOptions } from './plot.ts'
import type { EventMark } from './event-marks.ts'
import { type Line, type Lines, newestIndex, summaryOf, usualSpacing } from './lines.ts'
import type { Span } from './time-range.ts'
import './chart.css'

export interface ChartProps {
  title: string
  lines: Lines
  /** UCUM. */
  unit: string
  span: Span
  isStacked?: boolean
  /** Nothing has been read yet. */
  isLoading?: boolean
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
  const value = (line: Line) => say(line.values[at() ?? newestIndex(props.lines)])
  const isEmpty = () => !props.isLoading && newestIndex(props.lines) < 0
  onMount(() => mountPlot(() => box, props, { shown, setAt }))
  const toggle = (name: string) => {
    const next = new Set(hidden())
    if (!next.delete(name)) next.add(name)
    setHidden(next)
  }
  return (
    <figure class="chart" classList={{ empty: isEmpty() }}>
      <figcaption>{props.title}</figcaption>
      <div
        ref={(element) => (box = element)}
        class="plot"
        role="img"
        aria-label={summaryOf(props.title, props.lines, say)}
      />
      <Show when={isEmpty()}>
        <p class="dim">no data in this range</p>
      </Show>
      <Legend {...props} hidden={hidden()} toggle={toggle} value={value} />
      <ChartTable title={props.title} lines={props.lines} say={say} />
    </figure>
  )
}

interface LegendProps {
  lines: Lines
  span: Span
  hidden: ReadonlySet<string>
  toggle: (name: string) => void
  value: (line: Line) => string
}

/** What each colour is, its value under the cursor or the newest, and a button that hides it. */
function Legend(props: LegendProps): JSX.Element {
  return (
    <ul class="legend">
      <For each={props.lines.lines}>
        {(line, index) => (
          <li>
            <button
              class={`quiet series-${index() + 1}`}
              aria-pressed={!props.hidden.has(line.name)}
              onClick={() => props.toggle(line.name)}
            >
              <span class="swatch" aria-hidden="true" />
              <bdi>{visible(line.name)}</bdi> <b>{props.value(line)}</b>
            </button>
          </li>
        )}
      </For>
      <NewestAge lines={props.lines} span={props.span} />
      <Show when={props.lines.cut > 0}>
        <li class="dim">and {props.lines.cut} smaller</li>
      </Show>
    </ul>
  )
}

/** Says so when the line ends well before the range does: the number beside it is old. */
function NewestAge(props: { lines: Lines; span: Span }): JSX.Element {
  const age = () => {
    const newest = props.lines.times[newestIndex(props.lines)]
    return newest === undefined ? 0 : props.span.to / 1_000 - newest
  }
  const isOld = () => age() > Math.max(60, usualSpacing(props.lines) * 3.5)
  return (
    <Show when={isOld()}>
      <li class="dim">ends {sayDuration(age())} before</li>
    </Show>
  )
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
