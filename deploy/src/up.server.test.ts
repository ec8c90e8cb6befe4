import { spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { freePort } from '../test/free-port.ts'
import { answerOf, connectApi } from './api-access.ts'
import { mainScript, removeHome, startStack, type Stack } from './demo/stack.ts'
import { waitFor } from './up/wait.ts'

const home = mkdtempSync(join(tmpdir(), 'trunkline-up-'))
let stack: Stack
let firstSettings: Record<string, string>

const start = () =>
  startStack({
    env: process.env,
    settings: firstSettings,
    home,
    say: () => undefined,
    signal: AbortSignal.timeout(100_000),
  })
const api = () => connectApi({ url: stack.url, home })
const trunkline = (...args: string[]) => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [mainScript, ...args], {
    env: stack.env,
    encoding: 'utf8',
    timeout: 40_000,
  })
  return { status, stdout, stderr }
}

/** Every process, by its command line, whose environment names this home: whatever the start has started. */
function processesOf(folder: string): { pid: number; command: string }[] {
  const wanted = `TRUNKLINE_HOME=${folder}\0`
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        if (!readFileSync(`/proc/${pid}/environ`, 'utf8').includes(wanted)) return []
        if (readFileSync(`/proc/${pid}/stat`, 'utf8').includes(') Z ')) return []
        const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ')
        return [{ pid: Number(pid), command }]
      } catch {
        return []
      }
    })
}

function postmasterPid(): number | undefined {
  try {
    const pid = Number(
      readFileSync(join(home, 'postgresql', 'postmaster.pid'), 'utf8').split('\n')[0],
    )
    process.kill(pid, 0)
    return pid
  } catch {
    return undefined
  }
}

/** Instance 1, once a sample of it was taken and the rules were evaluated after `since`. */
async function liveSince(since: number) {
  const { instances, engine } = await answerOf(api().overview.$get())
  const [one] = instances
  const isNew = (time: string | null | undefined) => Date.parse(time ?? '') > since
  const live = one?.health === 'ok' && one.state === 'up' && isNew(one.dataAt)
  return live && isNew(engine.lastEvaluatedAt) ? one : undefined
}

function untilLive() {
  const since = Date.now()
  return waitFor({
    ask: () => liveSince(since),
    timeoutMs: 30_000,
    failure: (last) => `instance 1 has no new data: ${last}`,
  })
}

beforeAll(async () => {
  firstSettings = {}
  stack = await start()
  firstSettings = Object.fromEntries(
    Object.entries(stack.env).filter(([name]) => /^TRUNKLINE_(?!HOME)/.test(name)),
  )
}, 110_000)

afterAll(async () => {
  await stack[Symbol.asyncDispose]()
  await removeHome(home)
}, 30_000)

test('the home is closed to others, and so is the token in it', () => {
  expect(statSync(home).mode & 0o777).toBe(0o700)
  expect(statSync(join(home, 'admin-token')).mode & 0o777).toBe(0o600)
})

test('it prints the address, and a sign-in link that works once and only once', async () => {
  expect(stack.printed()).toContain(`Trunkline is at ${stack.url}\n`)
  const token = /\/sign-in\?token=(\S+)/.exec(stack.printed())?.[1]
  const use = () =>
    fetch(`${stack.url}/api/v1/session/link`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-trunkline': '1' },
      body: JSON.stringify({ token }),
    })
  const first = await use()
  expect(first.status).toBe(200)
  const cookie = first.headers.get('set-cookie')?.split(';')[0] ?? ''
  expect(cookie).not.toBe('')
  const session = await fetch(`${stack.url}/api/v1/session`, { headers: { cookie } })
  expect(await session.json()).toMatchObject({
    account: { name: 'admin', role: 'admin' },
    needsPassword: true,
  })
  expect((await use()).status).toBeGreaterThanOrEqual(400)
})

test('the pages are served', async () => {
  const page = await fetch(stack.url)
  expect(page.status).toBe(200)
  expect(await page.text()).toContain('<title>')
})

test('within 30 s instance 1 is the embedded repository, live, on this host', async () => {
  const one = await untilLive()
  expect(one).toMatchObject({
    id: 1,
    name: 'trunkline',
    address: '127.0.0.1',
    role: 'primary',
    hasActor: true,
  })
  expect(String(one.port)).toBe(stack.env['TRUNKLINE_EMBEDDED_PORT'])
})

test('the command line finds it, in words and in JSON', () => {
  const status = trunkline('status')
  expect(status).toMatchObject({ status: 0, stderr: '' })
  expect(status.stdout).toContain('trunkline')
  expect(JSON.parse(trunkline('instance', 'list', '--json').stdout)).toMatchObject({
    items: [{ id: 1 }],
    next: null,
  })
  expect(JSON.parse(trunkline('agent', 'list', '--json').stdout)).toMatchObject({
    items: [{ state: 'ok' }],
  })
  expect(trunkline('audit', 'verify')).toMatchObject({ status: 0 })
  expect(trunkline('instance', 'show', 'nonsense')).toMatchObject({
    status: 1,
    stderr: 'There is no instance "nonsense"; there are: 1 trunkline.\n',
  })
})

test('the doctor finds nothing wrong but that nobody is told', () => {
  const { stdout } = trunkline('doctor', '--json')
  const { items } = JSON.parse(stdout) as {
    items: { check: string; ok: boolean | null; says: string }[]
  }
  expect(items.filter((item) => item.ok === false)).toEqual([])
  expect(items.filter((item) => item.ok === null).map((item) => item.check)).toEqual(['mail'])
})

test('a wrong password and a refused connection are told with what mends them', () => {
  const port = stack.env['TRUNKLINE_EMBEDDED_PORT'] ?? ''
  const wrong = trunkline(
    'instance',
    'add',
    `postgres://trunkline_monitor:wrong@127.0.0.2:${port}/postgres`,
  )
  expect(wrong.status).toBe(1)
  expect(wrong.stderr.trim().split('\n').length).toBeGreaterThanOrEqual(2)
  const refused = trunkline('instance', 'add', 'postgres://m@127.0.0.1:1/postgres')
  expect(refused.status).toBe(1)
  expect(refused.stderr).toContain('127.0.0.1:1')
})

test('a second start on the same home says so and ends', () => {
  const second = trunkline('up')
  expect(second.status).toBe(1)
  expect(second.stderr).toContain(
    `already runs on ${home}: process ${String(stack.supervisor.pid)}`,
  )
})

test('a start on taken ports names each, and what sets it, before anything is started', () => {
  const other = mkdtempSync(join(tmpdir(), 'trunkline-up-other-'))
  const { status, stderr } = trunkline('up', '--home', other)
  expect(status).toBe(1)
  for (const name of ['TRUNKLINE_LISTEN', 'TRUNKLINE_AGENT_LISTEN', 'TRUNKLINE_ENGINE_LISTEN'])
    expect(stderr).toContain(name)
  expect(stderr).toContain('is in use by another program')
  expect(readdirSync(other)).toEqual(['keys'])
  rmSync(other, { recursive: true })
})

test.each([
  'api/src/main.ts',
  'alert-engine/src/main.ts',
  'collector-agent/src/main.ts',
  'up/repository/main.ts',
])(
  'killed, %s comes back',
  async (script) => {
    const victim = processesOf(home).find(({ command }) => command.includes(script))
    expect(victim).toBeDefined()
    process.kill(victim?.pid ?? 0, 'SIGKILL')
    await waitFor({
      ask: () => {
        const next = processesOf(home).find(
          ({ command, pid }) => command.includes(script) && pid !== victim?.pid,
        )
        return Promise.resolve(next)
      },
      timeoutMs: 10_000,
      failure: () => `${script} did not come back`,
    })
    await untilLive()
  },
  60_000,
)

test('SIGTERM stops everything within 10 s, and the next start goes on where it was', async () => {
  const ended = once(stack.supervisor, 'exit')
  const before = performance.now()
  stack.supervisor.kill('SIGTERM')
  expect(await ended).toEqual([0, null])
  expect(performance.now() - before).toBeLessThan(10_000)
  expect(processesOf(home)).toEqual([])
  expect(postmasterPid()).toBeUndefined()

  const { mtimeMs } = statSync(join(home, 'admin-token'))
  stack = await start()
  expect(stack.printed()).not.toContain('is instance 1')
  expect(statSync(join(home, 'admin-token')).mtimeMs).toBe(mtimeMs)
  const one = await untilLive()
  expect(one?.id).toBe(1)
  expect(trunkline('audit', 'verify').status).toBe(0)
}, 120_000)

test('one that hangs is killed and started again', async () => {
  const find = () =>
    processesOf(home).find(({ command }) => command.includes('alert-engine/src/main.ts'))
  const victim = find()
  process.kill(victim?.pid ?? 0, 'SIGSTOP')
  await waitFor({
    ask: () => Promise.resolve(find()?.pid === victim?.pid ? undefined : find()),
    timeoutMs: 60_000,
    everyMs: 1_000,
    failure: () => 'the hung engine still runs',
  })
  await untilLive()
}, 100_000)

test('killed, the supervisor leaves nothing running, and the next start works', async () => {
  const ended = once(stack.supervisor, 'exit')
  stack.supervisor.kill('SIGKILL')
  await ended
  await waitFor({
    ask: () =>
      Promise.resolve(
        processesOf(home).length === 0 && postmasterPid() === undefined ? true : undefined,
      ),
    timeoutMs: 20_000,
    failure: () => `still running: ${JSON.stringify(processesOf(home))}`,
  })
  stack = await start()
  await untilLive()
}, 120_000)

test('started on another port, the embedded repository is watched there and nowhere else', async () => {
  const ended = once(stack.supervisor, 'exit')
  stack.supervisor.kill('SIGTERM')
  await ended
  firstSettings = { ...firstSettings, TRUNKLINE_EMBEDDED_PORT: String(await freePort()) }
  stack = await start()
  expect(stack.printed()).toContain(
    `now at port ${firstSettings['TRUNKLINE_EMBEDDED_PORT']}, is instance 2`,
  )
  expect(await untilLive()).toMatchObject({ id: 2, name: 'trunkline' })
  const { items } = await answerOf(api().instances.$get())
  expect(items).toHaveLength(1)
}, 120_000)
