import { execFileSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { cpus, release, totalmem } from 'node:os'
import { join } from 'node:path'

/** What one benchmark measured: ratios first, then the figures they come from. */
export interface Result {
  name: string
  question: string
  /** How to run it again. */
  command: string
  /** Versions of everything compared, as in `{ postgresql: '18.4' }`. */
  versions: Record<string, string>
  /** Ours over the peer's or the limit's, with the target it is held against. */
  ratios: { what: string; ratio: number; target: string }[]
  /** One row a side and case; every figure as measured. */
  figures: Record<string, string | number>[]
  notes: string[]
}

const folder = join(import.meta.dirname, 'results')

/** Prints the result and keeps it as `results/<name>.json` and `.md`, with the machine it was measured on. */
export function record(result: Result): void {
  const machine = {
    cpu: cpus()[0]?.model ?? 'unknown',
    cores: cpus().length,
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    kernel: release(),
    node: process.versions.node,
  }
  const kept = { ...result, measuredAt: new Date().toISOString(), commit: commit(), machine }
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, `${result.name}.json`), `${JSON.stringify(kept, null, 2)}\n`)
  const page = markdown(kept)
  writeFileSync(join(folder, `${result.name}.md`), page)
  process.stdout.write(page)
}

/** The middle of the values, and their 95th percentile. */
export function spread(values: readonly number[]): {
  median: number
  p95: number
  min: number
  max: number
} {
  const sorted = values.toSorted((a, b) => a - b)
  const at = (share: number) =>
    sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN
  return { median: at(0.5), p95: at(0.95), min: at(0), max: at(1) }
}

function commit(): string {
  try {
    return execFileSync('git', ['rev-parse', '--short', 'HEAD'], {
      cwd: folder,
      encoding: 'utf8',
    }).trim()
  } catch {
    return 'unknown'
  }
}

function markdown(kept: Result & { measuredAt: string; commit: string; machine: object }): string {
  const columns = [...new Set(kept.figures.flatMap((row) => Object.keys(row)))]
  return [
    `# ${kept.question}`,
    '',
    `Measured ${kept.measuredAt} at ${kept.commit}, by \`${kept.command}\`.`,
    `Machine: ${pairs(kept.machine)}. Versions: ${pairs(kept.versions)}.`,
    '',
    '| ratio | measured | target |',
    '| --- | --- | --- |',
    ...kept.ratios.map(
      ({ what, ratio, target }) => `| ${what} | ${ratio.toPrecision(3)} | ${target} |`,
    ),
    '',
    `| ${columns.join(' | ')} |`,
    `| ${columns.map(() => '---').join(' | ')} |`,
    ...kept.figures.map((row) => `| ${columns.map((column) => row[column] ?? '').join(' | ')} |`),
    '',
    ...kept.notes.map((note) => `- ${note}`),
    '',
  ].join('\n')
}

function pairs(values: object): string {
  return Object.entries(values)
    .map(([name, value]) => `${name} ${value}`)
    .join(', ')
}
