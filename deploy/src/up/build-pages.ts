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
    throw new Error(`The pages could not be built: ${lastLines(error)}`, { cause: error })
  }
}

function lastLines(error: unknown): string {
  const stderr = error instanceof Error && 'stderr' in error ? String(error.stderr) : ''
  return stderr.trim().split('\n').slice(-5).join('\n') || String(error)
}
