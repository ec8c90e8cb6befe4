interface Range {
  from: Date
  to: Date
  stepSeconds?: number
  /** How often the probe runs: a finer step would be full of holes. */
  everySeconds: number
}

const usualBuckets = 300
const maxBuckets = 1_500
const niceSteps = [
  1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1_800, 3_600, 7_200, 21_600, 43_200, 86_400,
]

/** The buckets of a chart: their width in seconds, and the range made to begin and end on one. */
export function chooseStep({ from, to, stepSeconds, everySeconds }: Range): {
  from: number
  to: number
  step: number
} {
  const [start, end] = [from.getTime() / 1000, to.getTime() / 1000]
  if (!(end > start)) throw new RangeError('the range ends before it begins')
  const wanted = stepSeconds ?? Math.max(everySeconds, (end - start) / usualBuckets)
  const least = Math.max(1, wanted, (end - start) / (maxBuckets - 1))
  const isGiven = stepSeconds !== undefined && least === stepSeconds
  const step = isGiven ? stepSeconds : (niceSteps.find((nice) => nice >= least) ?? Math.ceil(least))
  return { from: Math.floor(start / step) * step, to: Math.ceil(end / step) * step, step }
}
