import { closeSync, fstatSync, mkdirSync, openSync, renameSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'

export interface LogFile extends Disposable {
  write(text: Buffer | string): void
}

/** A log that is bounded: at `maxBytes` it becomes `path.1`, and so on; `keep` old ones stay. */
export function openLogFile(path: string, { maxBytes = 10_000_000, keep = 2 } = {}): LogFile {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
  let file = openSync(path, 'a', 0o600)
  let size = fstatSync(file).size

  const rotate = () => {
    closeSync(file)
    for (let number = keep; number >= 1; number--)
      moveIfThere(
        number === 1 ? path : `${path}.${String(number - 1)}`,
        `${path}.${String(number)}`,
      )
    file = openSync(path, 'a', 0o600)
    size = fstatSync(file).size
  }

  return {
    write(text) {
      const bytes = typeof text === 'string' ? Buffer.from(text) : text
      try {
        if (size + bytes.length > maxBytes && size > 0) rotate()
        size += writeSync(file, bytes)
      } catch {
        // A full disk must not stop what the log is about.
      }
    },
    [Symbol.dispose]: () => closeSync(file),
  }
}

function moveIfThere(from: string, to: string): void {
  try {
    renameSync(from, to)
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error
  }
}
