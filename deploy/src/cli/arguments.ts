import { InvalidArgumentError } from 'commander'

/** Reads the value of a flag that is a whole number within limits; anything else is a mistake of usage. */
export function wholeNumber({ least, most }: { least: number; most: number }) {
  return (text: string): number => {
    const value = Number(text)
    if (/^\d+$/.test(text) && value >= least && value <= most) return value
    throw new InvalidArgumentError(
      `It must be a whole number from ${String(least)} to ${String(most)}.`,
    )
  }
}

/** What `--limit` takes. */
export const listLimit = wholeNumber({ least: 1, most: 100_000 })
