import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const script = fileURLToPath(new URL('./pages/main.ts', import.meta.url))

/** The folder of the built pages, built now if they are missing or older than their sources. */
export async function buildPages(
  env: Record<string, string>,
  signal: AbortSignal,
): Promise<string> {
  try {
    const limits = { timeout: 120_000, maxBuffer: 10_000_000 }
    const { stdout } = await promisify(execFile)(process.execPath, [script], {
      env,
      signal,
      ...limits,
    })
    return stdout.trim().split('\n').at(-1) ?? ''
  } catch (error) {
    signal.throwIfAborted()
    const stderr = error instanceof Error && 'stderr' in error ? String(error.stderr) : ''
    const why = causeIn(stderr) || String(error)
    throw new Error(`The pages could not be built: ${why}`, { cause: error })
  }
}

/** What names the cause in what a Node process wrote before it died; its stack and Node's own lines do not. */
export function causeIn(stderr: string): string {
  const lines = stderr
    .split('\n')
    .map((line) => line.trimEnd())
    .filter((line) => line !== '')
  const first = lines.findIndex((line) => /^(\[?\w+\] ?)?(\w*Error)\b.*:/.test(line))
  const told = first < 0 ? lines.slice(-5) : lines.slice(first)
  const end = told.findIndex((line) => /^\s+at |^\s*[{}\]]|^Node\.js v/.test(line))
  return (end > 0 ? told.slice(0, end) : told).slice(0, 8).join('\n')
}
