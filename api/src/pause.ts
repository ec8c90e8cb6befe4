import { setTimeout } from 'node:timers/promises'

/** False when the wait was cut short because the process is to stop. */
export async function pause(ms: number, signal: AbortSignal): Promise<boolean> {
  try {
    await setTimeout(ms, undefined, { signal })
    return true
  } catch {
    return false
  }
}
