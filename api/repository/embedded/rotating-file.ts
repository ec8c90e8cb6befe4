import { closeSync, fstatSync, openSync, renameSync, writeSync } from 'node:fs'

const maxBytes = 10_000_000

/** A log file of bounded size: when it is full it becomes `<file>.1`, in place of the one before. */
export function openRotatingFile(file: string) {
  let handle = openSync(file, 'a', 0o600)
  let size = fstatSync(handle).size
  return {
    write: (bytes: Uint8Array): void => {
      if (size + bytes.length > maxBytes) {
        closeSync(handle)
        renameSync(file, `${file}.1`)
        handle = openSync(file, 'a', 0o600)
        size = 0
      }
      size += writeSync(handle, bytes)
    },
    close: (): void => closeSync(handle),
  }
}
