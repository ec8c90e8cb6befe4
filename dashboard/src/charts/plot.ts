import uPlot from 'uplot'
import { zone } from '../clock.ts'
import { sayQuantity } from '../text/quantity.ts'
import { timeLabels, timeSplits } from './axis.ts'
import type { ChartProps } from './chart.tsx'
import { drawMarks } from './event-marks.ts'
import { knownTimes, type Lines, stacked, usualSpacing } from './lines.ts'

const height = 150
const pixelsPerTick = 85

interface Parts {
  shown: () => Lines
  setAt: (index: number | null) => void
}

export function plotData(lines: Lines, props: ChartProps): uPlot.AlignedData {
  const values = props.isStacked ? stacked(lines) : lines.lines.map((line) => line.values)
  return [lines.times, ...values]
}

export function plotOptions(element: HTMLElement, props: ChartProps, parts: Parts): uPlot.Options {
  const colour = coloursOf(element)
  return {
    width: Math.max(100, element.clientWidth),
    height,
    legend: { show: false },
    // Room for half of the last label of the time axis.
    padding: [8, 20, 0, 0],
    cursor: {
      sync: { key: 'trunkline' },
      drag: { x: true, y: false, setScale: false },
      points: { size: 6 },
      y: false,
    },
    scales: {
      x: { time: true, range: () => [props.span.from / 1_000, props.span.to / 1_000] },
      y: { range: (_, min, max) => yRange(min, max, props.unit) },
    },
    axes: axesOf(element, props, colour),
    series: [{}, ...seriesOf(parts.shown(), props, colour)],
    bands: props.isStacked ? bandsOf(parts.shown()) : [],
    hooks: {
      drawAxes: [(plot) => drawMarks(plot, props.marks, colour)],
      setCursor: [(plot) => parts.setAt(plot.cursor.idx ?? null)],
      setSelect: [(plot) => chooseSpan(plot, props)],
    },
  }
}

/** A unit without its thing in braces: the title says what is counted. */
export function plainUnit(unit: string): string {
  return unit.replace(/\{.+\}/, '')
}

function axesOf(
  element: HTMLElement,
  props: ChartProps,
  colour: (name: string) => string,
): uPlot.Axis[] {
  const axis = {
    stroke: colour('--text-dim'),
    grid: { stroke: colour('--grid'), width: 1 },
    font: `11px ${getComputedStyle(element).fontFamily}`,
  }
  return [
    {
      ...axis,
      size: 40,
      ticks: { stroke: colour('--line'), width: 1, size: 4 },
      splits: splitsOfTime,
      values: (_, splits) =>
        timeLabels(
          splits.map((at) => at * 1_000),
          zone(),
        ),
    },
    {
      ...axis,
      size: 66,
      ticks: { show: false },
      values: (_, splits) => splits.map((value) => sayQuantity(value, plainUnit(props.unit))),
      ...(props.unit.startsWith('By') ? { incrs: binarySteps } : {}),
    },
  ]
}

/** uPlot's own splits are not used: see `timeSplits`. */
function splitsOfTime(
  plot: uPlot,
  ...[, min, max]: [number, number, number, ...unknown[]]
): number[] {
  const count = Math.max(2, Math.floor(plot.width / pixelsPerTick))
  const splits = timeSplits({ from: min * 1_000, to: max * 1_000 }, zone(), count)
  return splits.map((at) => at / 1_000)
}

/** Steps of the axis of bytes: powers of two, so that labels are round. */
const binarySteps = Array.from({ length: 60 }, (_, power) => 2 ** power)

function seriesOf(
  lines: Lines,
  props: ChartProps,
  colour: (name: string) => string,
): uPlot.Series[] {
  return lines.lines.map(({ name }) => {
    const index = props.lines.lines.findIndex((line) => line.name === name)
    const stroke = colour(`--series-${index + 1}`)
    return {
      label: name,
      stroke,
      width: 1.5,
      gaps: (plot, _series, ...[, , gaps]: [number, number, uPlot.Series.Gaps]) =>
        realGaps(plot, gaps, props.lines),
      points: {
        // Too few values for a line to be seen, or for an area to have any width.
        show: (_, at) =>
          props.isStacked
            ? knownTimes(lines).length < 2
            : knownCount(props.lines.lines[at - 1]?.values ?? []) < 3,
      },
      ...(props.isStacked ? { fill: `color-mix(in srgb, ${stroke} 28%, transparent)` } : {}),
    }
  })
}

/** Empty buckets between two samples are no gap; three missing samples are. */
function realGaps(plot: uPlot, gaps: uPlot.Series.Gaps, lines: Lines): uPlot.Series.Gaps {
  const start = plot.scales['x']?.min ?? 0
  const longest = usualSpacing(lines) * 3.5
  const pixels = plot.valToPos(start + longest, 'x', true) - plot.valToPos(start, 'x', true)
  return gaps.filter(([from, to]) => to - from > pixels)
}

const knownCount = (values: readonly (number | null)[]) =>
  values.filter((value) => value !== null).length

/** Each area is filled down to the one below it only. */
function bandsOf(lines: Lines): uPlot.Band[] {
  return lines.lines.slice(1).map((_, index) => ({ series: [index + 2, index + 1] }))
}

/** From zero, with a little room above; a share ends at 100 %. */
function yRange(min: number | null, max: number | null, unit: string): [number, number] {
  if (min === null || max === null) return [0, 1]
  const top = Math.max(max, 0) * 1.08 || 1
  return [
    Math.min(0, min),
    unit === '%' ? Math.max(100, max) : unit === '1' ? Math.max(1, max) : top,
  ]
}

function chooseSpan(plot: uPlot, props: ChartProps) {
  const { left, width } = plot.select
  if (width < 4) return
  const from = plot.posToVal(left, 'x') * 1_000
  const to = plot.posToVal(left + width, 'x') * 1_000
  plot.setSelect({ left: 0, width: 0, top: 0, height: 0 }, false)
  props.zoom({ from, to })
}

/** The colours of the theme as a canvas understands them. */
function coloursOf(element: HTMLElement): (name: string) => string {
  const swatch = document.createElement('span')
  return (name) => {
    swatch.style.color = `var(${name})`
    element.append(swatch)
    const colour = getComputedStyle(swatch).color
    swatch.remove()
    return colour
  }
}
