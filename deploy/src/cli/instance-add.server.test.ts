import { spawnSync } from 'node:child_process'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { connectAs } from '../../test/monitored.ts'
import { startPostgres, type TestPostgres } from '../../test/postgres.ts'
import { mainScript, startStack, type Stack } from '../demo/stack.ts'

// docs/add-an-instance.md, from its first line to its last.

const parts = new AsyncDisposableStack()
let stack: Stack
let server: TestPostgres

const superuser = async (statements: string) => {
  const sql = connectAs(server, 'postgres')
  await sql.unsafe(statements)
  await sql.end({ timeout: 5 })
}
const trunkline = (args: string[], input = '') => {
  const options = { env: stack.env, encoding: 'utf8', timeout: 40_000, input } as const
  const { status, stdout, stderr } = spawnSync(process.execPath, [mainScript, ...args], options)
  return { status, stdout, stderr }
}
const uri = (user: string) => `postgres://${user}@127.0.0.1:${String(server.port)}/postgres`

beforeAll(async () => {
  server = parts.use(await startPostgres())
  const signal = AbortSignal.timeout(100_000)
  stack = parts.use(await startStack({ env: process.env, say: () => undefined, signal }))
}, 110_000)
afterAll(() => parts.disposeAsync(), 30_000)

const add = (...more: string[]) =>
  trunkline(
    [
      'instance',
      'add',
      uri('trunkline_monitor'),
      '--password-file',
      '-',
      '--name',
      'orders',
      ...more,
    ],
    'secret\n',
  )

test('what the monitor lacks is told with the SQL that mends it', async () => {
  await superuser("CREATE ROLE trunkline_monitor LOGIN PASSWORD 'secret' CONNECTION LIMIT 5")
  expect(add()).toEqual({
    status: 1,
    stdout: '',
    stderr:
      "The role trunkline_monitor may not read the server's statistics: it is not a member of pg_monitor.\n" +
      '    mend: GRANT pg_monitor TO trunkline_monitor;\n',
  })
  await superuser('GRANT pg_monitor TO trunkline_monitor')
})

test('an actor that cannot act keeps the instance from being added, each time with what mends it', async () => {
  const withActor = (password: string) => add('--actor', uri(`trunkline_actor:${password}`))
  expect(withActor('hidden')).toMatchObject({
    status: 1,
    stderr: expect.stringMatching(
      /^The password for the role trunkline_actor is wrong, or there is no such role\.\n {4}mend: .*CREATE ROLE trunkline_actor/,
    ),
  })
  await superuser("CREATE ROLE trunkline_actor LOGIN PASSWORD 'hidden' CONNECTION LIMIT 2")
  expect(withActor('wrong').status).toBe(1)
  const { status, stderr } = withActor('hidden')
  expect(status).toBe(1)
  expect(stderr).toContain('mend: GRANT pg_signal_backend TO trunkline_actor;')
  expect(stderr).toContain('mend: GRANT pg_read_all_stats TO trunkline_actor;')
  await superuser('GRANT pg_signal_backend, pg_read_all_stats TO trunkline_actor')
  expect(trunkline(['instance', 'list']).stdout).not.toContain('orders')
})

test('an agent that is not there is told with those that are; its name and its id are taken', () => {
  const { items } = JSON.parse(trunkline(['agent', 'list', '--json']).stdout) as {
    items: { id: string; name: string }[]
  }
  const [agent] = items
  const known = `${agent?.name} ${agent?.id}`
  expect(add('--agent', 'elsewhere')).toEqual({
    status: 1,
    stdout: '',
    stderr: `There is no agent "elsewhere"; there are: ${known}.\n`,
  })
  const actor = ['--actor', uri('trunkline_actor:hidden')]
  expect(add('--agent', agent?.name ?? '', ...actor)).toEqual({
    status: 0,
    stdout: `Instance 2, orders, is watched by ${agent?.name}.\n`,
    stderr: '',
  })
  const shown = trunkline(['instance', 'show', 'orders'])
  expect(shown.stdout).toMatch(/runbooks +run as a role that was tried when the instance was added/)
  expect(trunkline(['instance', 'remove', 'orders'])).toMatchObject({ status: 0, stderr: '' })
  expect(add('--agent', agent?.id ?? '')).toMatchObject({ status: 0, stderr: '' })
  expect(trunkline(['instance', 'show', 'orders']).stdout).toMatch(
    /runbooks +refused: no action role/,
  )
  expect(trunkline(['instance', 'remove', 'orders'])).toMatchObject({ status: 0, stderr: '' })
})

test('a superuser is watched, and advised against in words and in JSON', () => {
  const superuserUri = server.url
  const words = trunkline(['instance', 'add', superuserUri, '--name', 'orders'])
  expect(words).toMatchObject({ status: 0, stderr: '' })
  expect(words.stdout).toMatch(
    /is watched by .*\.\n {2}The role postgres is a superuser; watching needs no more than pg_monitor\.\n {4}mend: CREATE ROLE trunkline_monitor /,
  )
  expect(trunkline(['instance', 'remove', 'orders']).status).toBe(0)
  const added: unknown = JSON.parse(
    trunkline(['instance', 'add', superuserUri, '--name', 'orders', '--json']).stdout,
  )
  expect(added).toMatchObject({
    name: 'orders',
    advice: [{ problem: expect.stringContaining('superuser'), mend: expect.any(String) }],
  })
})
