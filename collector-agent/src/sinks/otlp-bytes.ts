import type { Attributes } from '@opentelemetry/api'
import { ValueType } from '@opentelemetry/api'
import { ProtobufMetricsSerializer } from '@opentelemetry/otlp-transformer'
import { resourceFromAttributes } from '@opentelemetry/resources'
import { AggregationTemporality, DataPointType, type MetricData } from '@opentelemetry/sdk-metrics'
import type { MetricPoints, Point } from '@trunkline/probes'

// The serialisers are not promised as an interface of their library: this file is all that knows them.

/** One point with what its metric is. */
export interface MetricPoint {
  metric: Omit<MetricPoints, 'points'>
  point: Point
}

// Small and the same for ever: stores make labels of it. What tells series apart is in the points.
const resource = resourceFromAttributes({ 'service.name': 'trunkline' })
const scope = { name: 'trunkline.probes' }

/** The protobuf body of an export request. */
export function otlpBytes(points: readonly MetricPoint[]): Uint8Array {
  const scopeMetrics = [{ scope, metrics: metricsOf(points) }]
  const bytes = ProtobufMetricsSerializer.serializeRequest({ resource, scopeMetrics })
  if (!bytes) throw new Error('The points could not be written as protobuf.')
  return bytes
}

/** How many points a 200 answer says were not taken; they are lost, not to be sent again. */
export function rejectedIn(body: Uint8Array): { count: number; message: string } {
  if (body.length === 0) return { count: 0, message: '' }
  try {
    const { partialSuccess } = ProtobufMetricsSerializer.deserializeResponse(body)
    const { rejectedDataPoints = 0, errorMessage = '' } = partialSuccess ?? {}
    return { count: Number(rejectedDataPoints), message: errorMessage }
  } catch {
    // Some stores answer in words.
    return { count: 0, message: '' }
  }
}

function metricsOf(points: readonly MetricPoint[]): MetricData[] {
  const byName = Map.groupBy(points, ({ metric }) => metric.name)
  return [...byName.values()].map((group) => {
    // A group has at least the point that made it.
    const [{ metric }] = group as [MetricPoint, ...MetricPoint[]]
    const { name, unit, description, kind } = metric
    const common = {
      descriptor: { name, unit, description, valueType: ValueType.DOUBLE },
      aggregationTemporality: AggregationTemporality.CUMULATIVE,
      dataPoints: group.map(({ point }) => dataPoint(point)),
    }
    return kind === 'counter'
      ? { ...common, dataPointType: DataPointType.SUM, isMonotonic: true }
      : { ...common, dataPointType: DataPointType.GAUGE }
  })
}

function dataPoint({ attributes, value, timeMs, startMs }: Point) {
  return {
    attributes: attributes satisfies Attributes,
    value,
    // 0 is "not known".
    startTime: hrTime(Math.min(startMs ?? 0, timeMs)),
    endTime: hrTime(timeMs),
  }
}

function hrTime(ms: number): [number, number] {
  return [Math.floor(ms / 1000), Math.round((ms % 1000) * 1_000_000)]
}
