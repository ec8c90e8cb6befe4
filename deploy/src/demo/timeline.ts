/** The measured steps of one fault, each in seconds after it. */
export interface Timeline {
  /** Something happened, now or at `at` (epoch milliseconds). */
  mark: (step: string, detail: string, at?: number) => void
  /** Waits for a step; when it does not happen it is missing, and the others go on. Ctrl-C ends them all. */
  expect: <T>(
    step: string,
    happening: Promise<T>,
    tell: (value: T) => { detail: string; at?: number },
  ) => Promise<T | undefined>
  missing: () => readonly string[]
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
  return {
    mark,
    async expect(step, happening, tell) {
      try {
        const value = await happening
        const { detail, at } = tell(value)
        mark(step, detail, at)
        return value
      } catch (error) {
        if (error instanceof Error && error.name === 'AbortError') throw error
        const reason = error instanceof Error ? error.message : String(error)
        missing.push(`${title}: ${step}`)
        say(`  MISSING   ${step.padEnd(16)} ${reason}`)
        return undefined
      }
    },
    missing: () => missing,
  }
}
