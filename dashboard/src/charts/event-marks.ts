import type uPlot from 'uplot'
import type { Alert } from '../api.ts'

/** Something that happened, drawn as an upright line on every chart. */
export interface EventMark {
  /** Milliseconds since 1970. */
  at: number
  colour: '--critical' | '--warning' | '--info' | '--ok'
}

const colours = ['--info', '--info', '--warning', '--critical'] as const

/** When alerts were raised, in the colour of their level, and resolved. */
export function marksOfAlerts(
  alerts: readonly Pick<Alert, 'raisedAt' | 'resolvedAt' | 'level'>[],
): EventMark[] {
  return alerts.flatMap(({ raisedAt, resolvedAt, level }) => [
    ...(raisedAt ? [{ at: Date.parse(raisedAt), colour: colours[level] ?? '--warning' }] : []),
    ...(resolvedAt ? [{ at: Date.parse(resolvedAt), colour: '--ok' } as const] : []),
  ])
}

export function drawMarks(
  plot: uPlot,
  marks: readonly EventMark[],
  colour: (name: string) => string,
) {
  const { ctx, bbox } = plot
  ctx.save()
  ctx.setLineDash([4 * devicePixelRatio, 3 * devicePixelRatio])
  ctx.lineWidth = devicePixelRatio
  for (const mark of marks) {
    const x = Math.round(plot.valToPos(mark.at / 1_000, 'x', true))
    if (x < bbox.left || x > bbox.left + bbox.width) continue
    ctx.strokeStyle = colour(mark.colour)
    ctx.beginPath()
    ctx.moveTo(x, bbox.top)
    ctx.lineTo(x, bbox.top + bbox.height)
    ctx.stroke()
  }
  ctx.restore()
}
