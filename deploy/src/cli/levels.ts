import { CommandFailed } from './context.ts'

type Level =
  | { above: number; clear: number; for: string }
  | { below: number; clear: number; for: string }

/** `above 300 clear 240 for 60s`, as a level is written on the command line. */
export function parseLevel(text: string): Level {
  const match =
    /^(above|below)\s+(-?[\d.]+)\s+clear\s+(-?[\d.]+)\s+for\s+(\d+(?:\.\d+)?(?:ms|s|m|h|d))$/.exec(
      text.trim(),
    )
  const [, direction, at, clear, duration] = match ?? []
  if (
    direction === undefined ||
    duration === undefined ||
    !isFinite(Number(at)) ||
    !isFinite(Number(clear))
  )
    throw new CommandFailed(
      `"${text}" is not a level; write it as in "above 300 clear 240 for 60s".`,
    )
  const rest = { clear: Number(clear), for: duration }
  return direction === 'above' ? { above: Number(at), ...rest } : { below: Number(at), ...rest }
}

export function levelText(level: Level | undefined, unit: string): string | undefined {
  if (level === undefined) return undefined
  const [bar, clear] =
    'above' in level ? [`≥ ${String(level.above)}`, '<'] : [`≤ ${String(level.below)}`, '>']
  return `${bar} ${unit} for ${level.for}, clear ${clear} ${String(level.clear)}`
}
