import { generateKeyPairSync, randomUUID, sign } from 'node:crypto'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { once } from 'node:events'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { startPostgres, type TestPostgres } from '../../../deploy/test/postgres.ts'
import { homePaths } from '../identity/home.ts'
import { createInstance } from '../instances/instance.ts'
import { createActions } from './actions.ts'
import { allow, type StartCommand } from './allow-list.ts'
import { createJournal, type Finished } from './journal.ts'
import { permit } from './permit.ts'

let server: TestPostgres
let home = ''
const keys = generateKeyPairSync('ed25519')

beforeEach(async () => {
  server = await startPostgres()
  home = mkdtempSync(join(tmpdir(), 'trunkline-start-'))
  const pem = keys.publicKey.export({ type: 'spki', format: 'pem' })
  writeFileSync(homePaths(home).runbookKey, pem)
})
afterEach(async () => {
  rmSync(home, { recursive: true })
  await server[Symbol.asyncDispose]()
})

const runbook = (deadline: string) => ({
  name: 'startInstance',
  summary: 'Start it.',
  risk: 'R2',
  parameters: {},
  deadline,
  steps: [{ kind: 'start', says: 'Start it.' }],
  verify: { probe: 'sessions', sql: 'select 1', within: '1m' },
})

interface Wanted {
  command?: StartCommand
  port?: number
  dryRun?: boolean
  deadline?: string
}

/** As an agent does it for an instance that has no role for runbooks: its end. */
async function act({ command, port = server.port, dryRun = false, deadline = '60s' }: Wanted) {
  await allow(home, { runbooks: ['startInstance'] })
  if (command) await allow(home, { startCommands: { [`127.0.0.1:${port}`]: command } })
  const connection = {
    address: '127.0.0.1',
    port,
    database: 'postgres',
    user: 'postgres',
    password: 'test',
    sslmode: 'disable' as const,
  }
  await using instance = createInstance(
    { id: 1, name: 'shop', connection, actor: null },
    () => undefined,
  )
  const told: Finished[] = []
  const actions = createActions({
    journal: createJournal(homePaths(home).journal),
    channel: {
      started: () => Promise.resolve({ kind: 'yes' }),
      finished: (_, result) => {
        told.push(result)
        return Promise.resolve()
      },
    },
    permit: (action) => permit(home, action, Date.now()),
    instance: () => instance,
    sampleNow: () => undefined,
    log: () => undefined,
  })
  const bytes = Buffer.from(JSON.stringify(runbook(deadline)))
  await actions.run({
    actionId: randomUUID(),
    instanceId: 1,
    runbook: 'startInstance',
    document: bytes.toString('base64'),
    signature: sign(null, bytes, keys.privateKey).toString('base64'),
    keyId: 'test',
    parameters: {},
    dryRun,
    startBefore: new Date(Date.now() + 60_000).toISOString(),
  })
  const [result] = told
  if (!result) throw new Error('nothing was told')
  return result
}

test('starts a server that was killed, by the command of this host, and leaves it running', async () => {
  await server.kill()
  const shown = await act({ command: server.startCommand(), dryRun: true })
  expect(shown).toMatchObject({ outcome: 'done', result: [], error: null })
  expect(shown.preview?.[0]?.[0]).toMatchObject({
    place: `127.0.0.1:${server.port}`,
    command: server.startCommand().join(' '),
    problem: null,
  })
  expect(server.pid()).toBeUndefined()

  const done = await act({ command: server.startCommand() })
  expect(done).toMatchObject({ outcome: 'done', error: null })
  expect(done.result?.[0]?.[0]).toMatchObject({ exit_code: 0, done: true })
  expect(done.outputHead).toContain('server started')
  expect(server.pid()).toBeGreaterThan(0)

  const again = await act({ command: server.startCommand() })
  expect(again).toMatchObject({ outcome: 'failed', result: [] })
  expect(again.error).toBe(`Something answers at 127.0.0.1:${server.port}, so it is not started.`)
})

test('does nothing where the owner of the host has given no command, and says how to give one', async () => {
  await server.stop()
  const result = await act({})
  expect(result.outcome).toBe('failed')
  expect(result.error).toContain(
    `npx trunkline agent allow startInstance --server 127.0.0.1:${server.port} -- /`,
  )
  expect(server.pid()).toBeUndefined()
})

test('leaves alone whatever answers, be it no PostgreSQL', async () => {
  const command: StartCommand = ['/usr/bin/touch', join(home, 'was-run')]
  await using listener = createServer().listen(0, '127.0.0.1')
  await once(listener, 'listening')
  const address = listener.address()
  const port = typeof address === 'object' ? address?.port : undefined
  const result = await act({ command, port: port ?? 0 })
  expect(result).toMatchObject({ outcome: 'failed', result: [] })
  expect(result.error).toContain('Something answers')
  expect(existsSync(join(home, 'was-run'))).toBe(false)
})

test('tells how the command failed, with what it said', async () => {
  await server.stop()
  const failing: StartCommand = ['/bin/sh', '-c', 'echo looking; echo "disk is full" >&2; exit 3']
  const result = await act({ command: failing })
  expect(result).toMatchObject({
    outcome: 'failed',
    error: 'The command ended with 3: disk is full',
    result: [[{ exit_code: 3, done: false }]],
  })
  expect(result.outputHead).toContain('looking\n')
  const missing = await act({ command: ['/nowhere/pg_ctl'] })
  expect(missing.error).toMatch(/^It cannot be run: .*ENOENT/)
})

test('ends a command, with whatever it has started, that overruns the deadline', async () => {
  await server.stop()
  const pidFile = join(home, 'pid')
  const slow: StartCommand = ['/bin/sh', '-c', `sleep 60 & echo $! > ${pidFile}; wait`]
  const result = await act({ command: slow, deadline: '500ms' })
  expect(result).toMatchObject({
    outcome: 'timed_out',
    error: 'The command did not end within its deadline.',
  })
  const pid = readFileSync(pidFile, 'utf8').trim()
  await expect.poll(() => existsSync(`/proc/${pid}`), { timeout: 10_000 }).toBe(false)
})
