import { once } from 'node:events'
import { connect, type Socket } from 'node:net'

/** Sends a query as bytes, which no driver does, to a server that trusts its user; the session stays open. */
export async function sendRawQuery(
  port: number,
  { user, database, query }: { user: string; database: string; query: Buffer },
): Promise<Socket> {
  const socket = connect(port, '127.0.0.1')
  const parameters = Buffer.from(`\0\x03\0\0user\0${user}\0database\0${database}\0\0`, 'latin1')
  socket.write(Buffer.concat([length(parameters.length + 4), parameters]))
  // ReadyForQuery: Z, its length, and I for idle.
  for (let heard = ''; !heard.endsWith('Z\0\0\0\x05I');) {
    const [piece] = await once(socket, 'data', { signal: AbortSignal.timeout(10_000) })
    heard += String(piece.toString('latin1'))
    if (heard.startsWith('E')) throw new Error(`refused: ${heard}`)
  }
  socket.write(Buffer.concat([Buffer.from('Q'), length(query.length + 5), query, Buffer.from([0])]))
  return socket
}

function length(bytes: number): Buffer {
  const field = Buffer.alloc(4)
  field.writeInt32BE(bytes)
  return field
}
