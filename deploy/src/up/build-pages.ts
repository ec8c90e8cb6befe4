import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const script = fileURLToPath(new URL('./pages/main.ts', import.meta.url))
const built = fileURLToPath(new URL('../../../dashboard/dist', import.meta.url))

/** The folder of the built pages, built now if they are missing or older than their sources. */
export async function buildPages(
  env: Record<string, string>,
  signal: AbortSignal,
): Promise<string> {
  try {
    await promisify(execFile)(process.execPath, [script], {
      env,
      signal,
      timeout: 120_000,
      maxBuffer: 10_000_000,
    })
  } catch (error) {
    signal.throwIfAborted()
    throw new Error(`The pages could not be built: ${lastLines(error)}`, { cause: error })
  }
  if (!existsSync(join(built, 'index.html')))
    throw new Error(`The pages were built, but ${built} has no index.html.`)
  return built
}

function lastLines(error: unknown): string {
  const stderr = error instanceof Error && 'stderr' in error ? String(error.stderr) : ''
  return stderr.trim().split('\n').slice(-5).join('\n') || String(error)
}
