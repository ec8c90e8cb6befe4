import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { runCli } from './run.ts'

/** Runs one command line on a home; no other environment than what is given. */
export async function runIn(home: string, argv: string[], env: Record<string, string> = {}) {
  let out = ''
  let err = ''
  const code = await runCli({
    argv,
    env: { TRUNKLINE_HOME: home, ...env },
    write: (text) => void (out += text),
    writeError: (text) => void (err += text),
    columns: undefined,
    signal: new AbortController().signal,
  })
  return { code, out, err }
}

/** An address where nothing listens. */
export async function deadAddress(): Promise<string> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  // A server listening on TCP always has an AddressInfo.
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return `127.0.0.1:${String(port)}`
}

/** An api that gives every request one answer. */
export async function answering(given: { status: number; body: object; asked?: string[] }) {
  const type = given.status < 400 ? 'application/json' : 'application/problem+json'
  const server = createServer((request, response) => {
    given.asked?.push(`${request.method} ${request.url}`)
    response.writeHead(given.status, { 'content-type': type }).end(JSON.stringify(given.body))
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  // A server listening on TCP always has an AddressInfo.
  const { port } = server.address() as AddressInfo
  return {
    address: `127.0.0.1:${String(port)}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}
