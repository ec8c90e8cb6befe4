import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import postgres, { type Sql } from 'postgres'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startSmtpSink, type SmtpSink } from '../test/smtp.ts'
import { mainScript, startStack, type Stack } from './demo/stack.ts'
import { waitFor } from './up/wait.ts'

const stack = new AsyncDisposableStack()
let trunklineStack: Stack
let sink: SmtpSink
let application: Sql

beforeAll(async () => {
  sink = stack.use(await startSmtpSink())
  trunklineStack = stack.use(
    await startStack({
      env: process.env,
      settings: {
        TRUNKLINE_SMTP_URL: sink.url,
        TRUNKLINE_MAIL_FROM: 'trunkline@example.org',
        TRUNKLINE_MAIL_TO: 'oncall@example.org',
      },
      say: () => undefined,
      signal: AbortSignal.timeout(100_000),
    }),
  )
  const password = readFileSync(
    join(trunklineStack.home, 'keys', 'repository-password'),
    'utf8',
  ).trim()
  const port = Number(trunklineStack.env['TRUNKLINE_EMBEDDED_PORT'])
  application = postgres({
    host: '127.0.0.1',
    port,
    user: 'trunkline',
    password,
    database: 'trunkline',
    max: 1,
    onnotice: () => undefined,
    connection: { application_name: 'victim "\u001b[31m' },
  })
  stack.defer(() => application.end({ timeout: 1 }).catch(() => undefined))
}, 110_000)

afterAll(() => stack.disposeAsync(), 30_000)

/** Not `spawnSync`: the mail sink lives in this process. */
function trunkline(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  return new Promise((resolve) => {
    const options = { env: trunklineStack.env, timeout: 120_000 }
    const child = execFile(process.execPath, [mainScript, ...args], options, (_, out, err) =>
      resolve({ code: child.exitCode ?? -1, out, err }),
    )
  })
}

async function json(...args: string[]): Promise<Record<string, unknown>> {
  const { code, out, err } = await trunkline(...args, '--json')
  expect({ code, err }).toEqual({ code: 0, err: '' })
  return JSON.parse(out) as Record<string, unknown>
}

const itemsOf = (answer: Record<string, unknown>) => answer['items'] as Record<string, unknown>[]

test.each([
  [['probe', 'list'], 'blocking'],
  [['probe', 'show', 'blocking'], 'waiter_pid'],
  [['probe', 'show', 'instance', '--instance', 'trunkline'], 'CONNECT_SECONDS'],
  [['rule', 'list'], 'instanceDown'],
  [['rule', 'show', 'idleInTransaction'], 'terminateSession'],
  [['runbook', 'list'], 'cancelQuery'],
  [['runbook', 'show', 'terminateSession'], 'pg_terminate_backend'],
  [['user', 'list'], 'admin'],
  [['user', 'add', 'kim', '--role', 'operator'], '/sign-in?token='],
  [['user', 'link', 'kim'], '/sign-in?token='],
  [['agent', 'token'], 'agent enrol --server https://127.0.0.1:'],
  [['channel', 'list'], 'oncall@example.org'],
  [['audit', 'list'], 'admin'],
  [['notification', 'list'], 'SUBJECT'],
  [['action', 'list', '--state', 'open'], 'RUNBOOK'],
])('%j says something of it', async (args, expected) => {
  const { code, out, err } = await trunkline(...args)
  expect({ code, err }).toEqual({ code: 0, err: '' })
  expect(out).toContain(expected)
})

test.each([
  [
    ['alert', 'list', '--state', 'broken'],
    '--state must be one of open, firing, pending, resolved, all',
  ],
  [['probe', 'show', 'nonsense'], 'There is no probe "nonsense"'],
  [['action', 'run', 'terminateSession'], 'Name a runbook and --instance'],
  [['rule', 'override', 'idleInTransaction', '--warning', 'soon'], '"soon" is not a level'],
  [['rule', 'override', 'idleInTransaction'], 'Name at least one of --info, --warning, --critical'],
  [['channel', 'test', 'pager'], 'There is no channel "pager"'],
  [['user', 'add', 'eve', '--role', 'god'], '--role must be one of'],
])('%j is refused in one sentence', async (args, sentence) => {
  const { code, out, err } = await trunkline(...args)
  expect({ code, out }).toEqual({ code: 1, out: '' })
  expect(err).toContain(sentence)
  expect(err.trim().split('\n')).toHaveLength(1)
})

test('a test message reaches its receiver', async () => {
  const { code, out } = await trunkline('channel', 'test', '1')
  expect(code).toBe(0)
  expect(out).toContain('oncall@example.org')
  expect(sink.mails.at(-1)?.to).toEqual(['oncall@example.org'])
}, 40_000)

test('an alert: raised by an override, shown, acknowledged, and over when the override is', async () => {
  const level = 'above 0.1 clear 0.05 for 0s'
  await json('rule', 'override', 'connectionUsage', '--warning', level, '--instance', 'trunkline')
  const alert = await waitFor({
    ask: async () => itemsOf(await json('alert', 'list', '--instance', 'trunkline'))[0],
    timeoutMs: 45_000,
    everyMs: 1_000,
    failure: (last) => `no alert: ${last}`,
  })
  const id = String(alert['id'])
  expect(alert).toMatchObject({ rule: 'connectionUsage', levelName: 'warning' })
  const page = await trunkline('alert', 'show', id)
  expect(page.code).toBe(0)
  for (const part of ['connectionUsage', 'what to do', 'raised', 'oncall@example.org'])
    expect(page.out).toContain(part)

  expect((await json('alert', 'ack', id, '--note', 'known'))['acknowledged']).toMatchObject({
    note: 'known',
  })
  expect((await trunkline('alert', 'list')).out).toContain('admin')
  expect((await json('alert', 'ack', id, '--undo'))['acknowledged']).toBeNull()

  await json('rule', 'override', 'connectionUsage', '--reset', '--instance', 'trunkline')
  await waitFor({
    ask: async () => itemsOf(await json('alert', 'list')).length === 0 || undefined,
    timeoutMs: 45_000,
    everyMs: 1_000,
    failure: () => 'the alert is not over',
  })
  expect(itemsOf(await json('alert', 'list', '--state', 'resolved'))[0]).toMatchObject({ id })
}, 120_000)

describe('an action', () => {
  const victim = async () => {
    const [row] = await application<{ pid: number; start: string }[]>`
      select pid, backend_start::text as start from pg_stat_activity where pid = pg_backend_pid()`
    return { pid: String(row?.pid), start: String(row?.start) }
  }
  const run = (session: { pid: string; start: string }, ...more: string[]) => {
    const what = ['action', 'run', 'terminateSession', '--instance', 'trunkline', '--wait']
    const whom = ['--set', `pid=${session.pid}`, '--set', `backend_start=${session.start}`]
    return trunkline(...what, ...whom, ...more)
  }

  test('tried first shows whom it would hit, harmlessly printed, and hits nobody', async () => {
    const before = await victim()
    const { code, out, err } = await run(before, '--dry-run')
    expect({ code, err }).toEqual({ code: 0, err: '' })
    expect(out).toContain(before.pid)
    expect(out).not.toContain('\u001b')
    expect(await victim()).toEqual(before)
  }, 40_000)

  test('never hits another session that got the same pid', async () => {
    const before = await victim()
    const { code, err } = await run({ ...before, start: '2020-01-01 00:00:00.000001+00' })
    expect(code).toBe(1)
    expect(err).toMatch(/^The action is failed: /)
    expect(await victim()).toEqual(before)
  }, 40_000)

  test('run ends the session, tells each state, and is proven by a later sample', async () => {
    const before = await victim()
    const { code, out, err } = await run(before, '--reason', 'a test')
    expect({ code, err }).toEqual({ code: 0, err: '' })
    const states = [...out.matchAll(/^\S+Z {2}(\w+)$/gm)].map((match) => match[1])
    expect(states.at(0)).toMatch(/queued|dispatched/)
    expect(states.at(-1)).toBe('succeeded')
    await application`select 1`.catch(() => undefined)
    expect((await victim()).pid).not.toBe(before.pid)
    expect((await trunkline('audit', 'verify')).code).toBe(0)
  }, 120_000)
})
