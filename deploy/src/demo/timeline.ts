/** The measured steps of one fault, each in seconds after it. */
export interface Timeline {
  /** Something happened, now or at `at` (epoch milliseconds). */
  mark: (step: string, detail: string, at?: number) => void
  /** Waits for a step; when it does not happen it is missing, and the others go on. Ctrl-C ends them all. */
  expect: <T>(
    step: string,
    happening: Promise<T>,
    tell: (value: T) => Told,
  ) => Promise<T | undefined>
  /** The same for steps that happen side by side: told together, in the order of their times. */
  expectAll: (steps: readonly { step: string; happening: Promise<Told> }[]) => Promise<void>
  missing: () => readonly string[]
}

/** What is printed of a step; without `at` it happened now. */
export interface Told {
  detail: string
  at?: number
}

export function startTimeline(
  title: string,
  say: (line: string) => void,
  now: () => number = Date.now,
): Timeline {
  const startedAt = now()
  const missing: string[] = []
  say(`\n── ${title}`)

  const mark: Timeline['mark'] = (step, detail, at = now()) => {
    const seconds = ((at - startedAt) / 1_000).toFixed(1)
    say(`  ${seconds.padStart(6)} s  ${step.padEnd(16)} ${detail}`)
  }
  const miss = (step: string, error: unknown) => {
    if (error instanceof Error && error.name === 'AbortError') throw error
    const reason = error instanceof Error ? error.message : String(error)
    missing.push(`${title}: ${step}`)
    say(`  MISSING   ${step.padEnd(16)} ${reason}`)
  }
  return {
    mark,
    async expect(step, happening, tell) {
      try {
        const value = await happening
        const { detail, at } = tell(value)
        mark(step, detail, at)
        return value
      } catch (error) {
        miss(step, error)
        return undefined
      }
    },
    async expectAll(steps) {
      const settled = await Promise.all(
        steps.map(({ step, happening }) =>
          happening.then(
            ({ detail, at = now() }) => ({ at, tell: () => mark(step, detail, at) }),
            (error: unknown) => ({ at: Infinity, tell: () => miss(step, error) }),
          ),
        ),
      )
      for (const { tell } of settled.toSorted((a, b) => a.at - b.at)) tell()
    },
    missing: () => missing,
  }
}
