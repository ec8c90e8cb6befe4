import { readFile, rename, writeFile } from 'node:fs/promises'

/** The last sequence that a sink has taken; `undefined` when there is no file, or not a readable one. */
export async function readCursor(path: string): Promise<number | undefined> {
  const text = await readFile(path, 'utf8').catch(() => '')
  return /^[0-9]{1,15}\n$/.test(text) ? Number(text) : undefined
}

/** Not synced: losing it to a power failure means sending again, which sinks must bear anyway. */
export async function writeCursor(path: string, sequence: number): Promise<void> {
  await writeFile(`${path}.new`, `${sequence}\n`, { mode: 0o600 })
  await rename(`${path}.new`, path)
}
