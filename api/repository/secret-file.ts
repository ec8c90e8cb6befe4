import { closeSync, linkSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs'

/** The content of a file of mode 0600, which is made when it is not there. */
export function readOrMakeSecret(file: string, make: () => Uint8Array): Buffer {
  try {
    return readFileSync(file)
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw error
  }
  // Linked into place whole: of two processes that start together both end with the same secret.
  const draft = `${file}.${process.pid}`
  const handle = openSync(draft, 'w', 0o600)
  writeSync(handle, make())
  closeSync(handle)
  try {
    linkSync(draft, file)
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error
  } finally {
    rmSync(draft)
  }
  return readFileSync(file)
}

const codeOf = (error: unknown): unknown =>
  error instanceof Error && 'code' in error ? error.code : undefined
