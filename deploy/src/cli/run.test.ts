import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { answering, deadAddress, runIn } from './run.fixture.ts'

let home: string
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'trunkline-cli-'))
})
afterEach(() => rmSync(home, { recursive: true }))

const run = (argv: string[], env: Record<string, string> = {}) => runIn(home, argv, env)

describe('exit codes', () => {
  test('0 for help and version, on standard output', async () => {
    const help = await run(['--help'])
    expect(help).toMatchObject({ code: 0, err: '' })
    expect(help.out).toContain('Usage: trunkline')
    expect(await run(['--version'])).toEqual({ code: 0, out: '0.1.0\n', err: '' })
  })

  test.each([
    ['an unknown command', ['instanse', 'list'], "unknown command 'instanse'"],
    ['a missing argument', ['instance', 'add'], "missing required argument 'uri'"],
    ['an unknown flag', ['status', '--jsno'], "unknown option '--jsno'"],
    ['no command', [], 'Usage: trunkline'],
    ['a limit that shows nothing', ['alert', 'list', '--limit', '0'], 'from 1 to'],
    ['a limit that is no number', ['audit', 'list', '--limit', 'few'], 'whole number'],
    ['a time that is no number', ['agent', 'token', '--ttl', 'abc'], 'from 60 to 3600'],
  ])('2 for %s', async (_, argv, says) => {
    const { code, out, err } = await run(argv)
    expect({ code, out }).toEqual({ code: 2, out: '' })
    expect(err).toContain(says)
  })

  test('69 with one sentence when nothing was ever started on this home', async () => {
    const { code, err } = await run(['status'])
    expect(code).toBe(69)
    expect(err).toContain('never started on this home')
    expect(err.trim().split('\n')).toHaveLength(1)
  })

  test('69 with one sentence when the api is away', async () => {
    writeFileSync(join(home, 'admin-token'), 'token')
    const address = await deadAddress()
    const { code, err } = await run(['alert', 'list', '--json'], { TRUNKLINE_LISTEN: address })
    expect({ code, err }).toEqual({
      code: 69,
      err: `Trunkline does not answer at http://${address}. Start it with: npx trunkline up\n`,
    })
  })

  test('78 with one sentence for a home that cannot be made', async () => {
    const { code, err } = await run(['up'], { TRUNKLINE_HOME: '/proc/nowhere/trunkline' })
    expect(code).toBe(78)
    expect(err).toMatch(
      /^\/proc\/nowhere\/trunkline cannot be the home of Trunkline .*TRUNKLINE_HOME.*\n$/,
    )
  })

  test('78 with every problem on a line of its own', async () => {
    mkdirSync(home, { recursive: true })
    writeFileSync(join(home, 'trunkline.yaml'), 'listen: here\nlisten2: there\n')
    const { code, out, err } = await run(['config', 'check'])
    expect({ code, out }).toEqual({ code: 78, out: '' })
    expect(err).toContain('trunkline.yaml:1:9: listen must be host:port')
    expect(err).toContain('trunkline.yaml:2:1: unknown key "listen2"')
  })
})

describe('config print', () => {
  test('masks passwords and names origins', async () => {
    writeFileSync(join(home, 'trunkline.yaml'), 'embeddedPort: 7999\n')
    const { code, out } = await run(
      ['config', 'print', '--origin', '--json', '--listen', '127.0.0.1:9'],
      {
        TRUNKLINE_REPOSITORY_URL: 'postgres://trunkline:hunter2@db:5432/trunkline?sslmode=require',
      },
    )
    expect(code).toBe(0)
    expect(out).not.toContain('hunter2')
    const items = new Map(
      (JSON.parse(out) as { items: { name: string }[] }).items.map((item) => [item.name, item]),
    )
    expect(items.get('listen')).toEqual({
      name: 'listen',
      value: '127.0.0.1:9',
      origin: '--listen',
    })
    expect(items.get('embeddedPort')).toMatchObject({
      value: '7999',
      origin: expect.stringMatching(/trunkline\.yaml:1:15$/),
    })
    expect(items.get('repositoryUrl')).toMatchObject({
      value: 'postgres://trunkline:***@db:5432/trunkline?sslmode=require',
      origin: 'TRUNKLINE_REPOSITORY_URL',
    })
    expect(items.get('agentListen')).toMatchObject({ origin: 'default' })
  })
})

test('what the api refuses is told with what mends it, hostile text made harmless', async () => {
  writeFileSync(join(home, 'admin-token'), 'token')
  const problem = {
    title: 'Unprocessable',
    status: 422,
    detail: 'The server cannot be watched yet.',
    problems: [
      {
        problem: 'Role "\u001b[31mmonitor" lacks pg_monitor.',
        mend: 'GRANT pg_monitor TO monitor;',
      },
    ],
  }
  await using api = await answering({ status: 422, body: problem })
  const { code, err } = await run(['instance', 'add', 'postgres://m@h/d'], {
    TRUNKLINE_LISTEN: api.address,
  })
  expect({ code, err }).toEqual({
    code: 1,
    err:
      'The server cannot be watched yet.\n' +
      '  Role "\\u001b[31mmonitor" lacks pg_monitor.\n' +
      '    mend: GRANT pg_monitor TO monitor;\n',
  })
})

test('a field that the sentence names already is not told twice', async () => {
  writeFileSync(join(home, 'admin-token'), 'token')
  const fields = [{ path: 'id', message: 'Invalid UUID' }]
  const body = { title: 'Bad request', status: 400, detail: 'id: Invalid UUID', fields }
  await using api = await answering({ status: 400, body })
  const { code, err } = await run(['alert', 'ack', 'nope'], { TRUNKLINE_LISTEN: api.address })
  expect({ code, err }).toEqual({ code: 1, err: 'id: Invalid UUID\n' })
})
