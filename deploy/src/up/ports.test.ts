import { once } from 'node:events'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { freePort } from '../../test/free-port.ts'
import { resolveConfig } from '../config.ts'
import { busyPorts } from './ports.ts'

async function configOn(embeddedPort: number, more: Record<string, string> = {}) {
  const home = mkdtempSync(join(tmpdir(), 'trunkline-ports-'))
  onTestFinished(() => rmSync(home, { recursive: true }))
  const env: Record<string, string> = { TRUNKLINE_EMBEDDED_PORT: String(embeddedPort), ...more }
  for (const name of ['LISTEN', 'AGENT_LISTEN', 'AGENT_METRICS_LISTEN', 'ENGINE_LISTEN'])
    env[`TRUNKLINE_${name}`] = `127.0.0.1:${String(await freePort())}`
  return resolveConfig({ home, flags: {}, env, file: null, readSecret: () => '' })
}

async function heldPort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  // A server listening on TCP always has an AddressInfo.
  return (server.address() as AddressInfo).port
}

test('the port of the embedded repository is looked at too, unless another repository is used', async () => {
  const port = await heldPort()
  expect(await busyPorts(await configOn(port))).toEqual([
    `127.0.0.1:${String(port)} (port of the embedded repository) is in use by another program. ` +
      'Set TRUNKLINE_EMBEDDED_PORT to another one, or stop what holds it.',
  ])
  const url = { TRUNKLINE_REPOSITORY_URL: 'postgres://trunkline@db1/trunkline' }
  expect(await busyPorts(await configOn(port, url))).toEqual([])
})

test("this home's own PostgreSQL, left by an earlier life, is left to the start of the repository", async () => {
  const port = await heldPort()
  const config = await configOn(port)
  const folder = join(config.home, 'postgresql')
  mkdirSync(folder)
  const write = (pid: number, its: number) =>
    writeFileSync(join(folder, 'postmaster.pid'), `${String(pid)}\n/data\n1\n${String(its)}\n`)
  write(process.pid, port)
  expect(await busyPorts(config)).toEqual([])
  write(process.pid, port + 1)
  expect(await busyPorts(config)).toHaveLength(1)
  write(4_194_305, port)
  expect(await busyPorts(config)).toHaveLength(1)
})
