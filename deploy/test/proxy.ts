import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

/**
 * `pass`: as if it were not there. `half-open`: takes connections and bytes, passes nothing on, closes
 * nothing. `drop`: resets what is open and what comes. `delay`: passes every piece on later.
 */
export type ProxyMode = 'pass' | 'half-open' | 'drop' | 'delay'

export interface TestProxy extends AsyncDisposable {
  port: number
  readonly mode: ProxyMode
  /** Holds at once, for open connections too. What a half-open stretch swallowed stays lost. */
  set(mode: ProxyMode): void
}

/** A TCP proxy on 127.0.0.1 to `to` that misbehaves on demand. */
export async function startProxy(options: {
  to: number
  delayMs?: number
  mode?: ProxyMode
}): Promise<TestProxy> {
  let mode = options.mode ?? 'pass'
  const delayMs = options.delayMs ?? 500
  const sockets = new Set<Socket>()

  function keep(socket: Socket): Socket {
    sockets.add(socket)
    socket.setNoDelay(true)
    socket.on('error', () => socket.destroy())
    socket.on('close', () => sockets.delete(socket))
    return socket
  }

  function pipe(from: Socket, to: Socket): void {
    from.on('data', (bytes) => {
      if (mode === 'pass') to.write(bytes)
      if (mode === 'delay') setTimeout(() => to.write(bytes), delayMs)
    })
    from.on('close', () => mode !== 'half-open' && to.destroy())
    from.on('end', () => mode !== 'half-open' && to.end())
  }

  const server = createServer({ allowHalfOpen: true }, (client) => {
    keep(client)
    if (mode === 'drop') return client.resetAndDestroy()
    const target = keep(connect({ port: options.to, host: '127.0.0.1', allowHalfOpen: true }))
    pipe(client, target)
    pipe(target, client)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')

  return {
    // A server listening on TCP always has an AddressInfo.
    port: (server.address() as AddressInfo).port,
    get mode() {
      return mode
    },
    set(next) {
      mode = next
      if (next === 'drop') for (const socket of sockets) socket.resetAndDestroy()
    },
    async [Symbol.asyncDispose]() {
      server.close()
      for (const socket of sockets) socket.destroy()
      await once(server, 'close')
    },
  }
}
