import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'

export interface OtherVersion extends AsyncDisposable {
  port: number
}

/**
 * A real server that says it is of another version: majors that cannot be had, because too old or not released. Only what it
 * reports when a session begins is changed.
 */
export async function startOtherVersion(options: {
  to: number
  version: string
}): Promise<OtherVersion> {
  const sockets = new Set<Socket>()
  const listener = createServer((client) => {
    const server = connect(options.to, '127.0.0.1')
    for (const [one, other] of [
      [client, server],
      [server, client],
    ] as const) {
      sockets.add(one)
      one.on('error', () => undefined).on('close', () => other.destroy())
    }
    client.on('data', (bytes) => server.write(bytes))
    server.on('data', (bytes) => client.write(renamed(bytes, options.version)))
  })
  listener.listen(0, '127.0.0.1')
  await once(listener, 'listening')
  return {
    port: (listener.address() as AddressInfo).port,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy()
      await new Promise((done) => listener.close(done))
    },
  }
}

const key = Buffer.from('server_version\0')

/** ParameterStatus is 'S', its length without that letter, the name and the value, each ended by a zero. */
function renamed(bytes: Buffer, version: string): Buffer {
  const at = bytes.indexOf(key)
  if (at === -1) return bytes
  const value = at + key.length
  const length = Buffer.alloc(4)
  length.writeInt32BE(4 + key.length + version.length + 1)
  const end = bytes.indexOf(0, value)
  return Buffer.concat([
    bytes.subarray(0, at - 4),
    length,
    key,
    Buffer.from(version),
    bytes.subarray(end),
  ])
}
