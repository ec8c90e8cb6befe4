import { closeSync, constants, openSync, writeSync } from 'node:fs'
import { readFile } from 'node:fs/promises'

/** The last sequence that a sink has taken; `undefined` when there is no file, or not a readable one. */
export async function readCursor(path: string): Promise<number | undefined> {
  const text = await readFile(path, 'utf8').catch(() => '')
  return /^[0-9]{1,15}\n$/.test(text) ? Number(text) : undefined
}

const { O_CREAT, O_WRONLY } = constants

/**
 * Over the old one, in one write of always the same length: a killed process leaves the one or the other, and a full disk
 * has the place. At once, since a few bytes cost less than handing them to another thread. Not synced: losing it to a power
 * failure means sending again, which sinks must bear anyway.
 */
export function writeCursor(path: string, sequence: number): void {
  const file = openSync(path, O_WRONLY | O_CREAT, 0o600)
  try {
    writeSync(file, `${String(sequence).padStart(15, '0')}\n`, 0)
  } finally {
    closeSync(file)
  }
}
