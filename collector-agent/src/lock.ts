import { createHash } from 'node:crypto'
import { createServer } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'

/**
 * Holds a name for this process as long as it lives, or tells that another holds it. The name is an abstract socket
 * of Linux: the kernel lets go of it when the process dies in whatever way, so no lock is ever stale.
 */
export async function takeLock(options: {
  home: string
  part: 'watchdog' | 'worker'
  /** How long to wait for the one who holds it. */
  waitMs?: number
}): Promise<AsyncDisposable | undefined> {
  const { home, part, waitMs = 0 } = options
  const hash = createHash('sha256').update(home).digest('hex').slice(0, 32)
  const giveUpAt = performance.now() + waitMs
  for (;;) {
    const held = await listen(`\0trunkline-agent-${part}-${hash}`)
    if (held || performance.now() >= giveUpAt) return held
    await sleep(100)
  }
}

async function listen(name: string): Promise<AsyncDisposable | undefined> {
  const server = createServer((socket) => socket.destroy())
  const { promise, resolve, reject } = Promise.withResolvers<boolean>()
  server.on('error', (error: NodeJS.ErrnoException) =>
    error.code === 'EADDRINUSE' ? resolve(false) : reject(error),
  )
  server.listen(name, () => resolve(true))
  if (!(await promise)) return undefined
  server.unref()
  return { [Symbol.asyncDispose]: () => new Promise<void>((done) => server.close(() => done())) }
}
