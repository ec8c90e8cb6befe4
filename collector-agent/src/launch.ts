import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

/** The agent's first process, the watchdog. */
export const agentScript = fileURLToPath(new URL('./main.ts', import.meta.url))

/** What keeps the agent's processes small; for their environment, from their first instant on. */
export function smallProcesses(home: string) {
  return {
    // Node keeps here what it makes of TypeScript, so that its compiler, 18 MB a process, is not loaded.
    NODE_COMPILE_CACHE: join(home, 'cache'),
    // One heap for all threads of a process: they hardly allocate at the same time.
    MALLOC_ARENA_MAX: '1',
  } satisfies Record<string, string>
}

/**
 * Compiles what is new since the last start, in a process of its own: the compiler's memory goes with it. What is wrong
 * here the agent says itself when it is started.
 */
export async function prepareAgent(
  env: Readonly<Record<string, string | undefined>>,
  signal?: AbortSignal,
): Promise<void> {
  const options = { env: { ...env }, timeout: 30_000, ...(signal ? { signal } : {}) }
  const run = promisify(execFile)(process.execPath, [agentScript, '--check'], options)
  await run.catch(() => undefined)
}
