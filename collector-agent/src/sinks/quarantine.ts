import { appendFile, mkdir, rename, stat } from 'node:fs/promises'
import { join } from 'node:path'

export interface Quarantine {
  /** Keeps what a sink will never take, with why, for a person to look at. */
  add(entry: { reason: string; item: unknown }): Promise<void>
}

const maxBytes = 5 * 1024 * 1024

/** One file of JSON lines per sink, and the one before it: what is older is lost. */
export function createQuarantine(folder: string, sink: string): Quarantine {
  const path = join(folder, `${sink}.ndjson`)
  return {
    async add(entry) {
      await mkdir(folder, { recursive: true, mode: 0o700 })
      const size = await stat(path).then(
        (found) => found.size,
        () => 0,
      )
      if (size > maxBytes) await rename(path, `${path}.old`)
      const line = JSON.stringify({ at: new Date().toISOString(), ...entry })
      await appendFile(path, `${line}\n`, { mode: 0o600 })
    },
  }
}
