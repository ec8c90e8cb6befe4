import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync, realpathSync, statSync } from 'node:fs'
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { freePort } from '../../../deploy/test/free-port.ts'
import { connectRepository } from '../connection/connect-repository.ts'
import { findServerUser } from './server-user.ts'
import { removeServerFolder } from './server-folder.ts'
import { type Embedded, startEmbedded } from './start-embedded.ts'

let home: string
let port: number
const started: Embedded[] = []
const spawned: ChildProcess[] = []
const log = (): void => undefined

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'trunkline-home-'))
  port = await freePort()
})

afterEach(async () => {
  await Promise.all(started.splice(0).map((server) => server.stop()))
  for (const child of spawned.splice(0)) await end(child)
  await removeServerFolder(join(home, 'postgresql'))
  await rm(home, { recursive: true, force: true })
})

async function start(): Promise<Embedded> {
  const server = await startEmbedded({ home, port, log })
  started.push(server)
  return server
}

async function end(child: ChildProcess, signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  child.kill(signal)
  await once(child, 'exit')
}

async function ask(url: string, query: string): Promise<Record<string, unknown> | undefined> {
  const sql = connectRepository({ url, max: 1, deadlineMs: 5_000, applicationName: 'test' })
  try {
    const [row] = await sql.unsafe<Record<string, unknown>[]>(query)
    return row
  } finally {
    await sql.end()
  }
}

/** `startEmbedded` in a process of its own; resolves with what it says first, which is its URL or an error. */
async function startApart(
  options: { uid?: number; gid?: number } = {},
): Promise<{ child: ChildProcess; says: string }> {
  const module = new URL('./start-embedded.ts', import.meta.url).href
  const script = `
    import { startEmbedded } from ${JSON.stringify(module)}
    const server = await startEmbedded({ home: ${JSON.stringify(home)}, port: ${port}, log() {} })
      .catch((error) => { console.log(error.message); process.exit(1) })
    console.log(server.url)
    process.once('SIGTERM', () => server.stop().then(() => process.exit(0)))
    setInterval(() => undefined, 1_000)`
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
    ...options,
    cwd: '/',
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { PATH: '/usr/bin:/bin', HOME: '/nonexistent' },
  })
  spawned.push(child)
  const [bytes] = (await once(child.stdout, 'data')) as [Buffer]
  return { child, says: bytes.toString().trim() }
}

const pidIn = (folder: string): number =>
  Number(readFileSync(join(folder, 'postmaster.pid'), 'utf8').split('\n')[0])
// A process that ended, but whose new parent did not ask how, still has a number.
const isAlive = (pid: number): boolean =>
  existsSync(`/proc/${pid}/stat`) && !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'))

describe('the embedded repository', () => {
  test('starts in an empty home, serves three roles with what each may, and starts again where it was', async () => {
    const first = await start()
    await ask(first.url, 'create table kept as select 7 as n')
    expect(
      await ask(first.url, 'select usesuper from pg_user where usename = current_user'),
    ).toEqual({ usesuper: false })
    expect(
      await ask(
        first.monitorUrl,
        `select pg_has_role('pg_monitor', 'usage') as can, rolconnlimit as most
        from pg_roles where rolname = current_user`,
      ),
    ).toEqual({ can: true, most: 3 })
    expect(
      await ask(first.actorUrl, `select pg_has_role('pg_signal_backend', 'usage') as can`),
    ).toEqual({ can: true })
    await first.stop()
    expect(isAlive(first.pid)).toBe(false)
    const second = await start()
    expect(await ask(second.url, 'select n from kept')).toEqual({ n: 7 })
  })

  test('lets nobody in without the password, which only its owner can read', async () => {
    const { url, pid } = await start()
    await expect(ask(url.replace(/:[0-9a-f]+@/, '@'), 'select 1')).rejects.toThrow()
    await expect(ask(url.replace(/:[0-9a-f]+@/, ':wrong@'), 'select 1')).rejects.toThrow(
      'password authentication failed',
    )
    const file = join(home, 'keys', 'repository-password')
    expect(statSync(file).mode & 0o777).toBe(0o600)
    expect(readFileSync(`/proc/${pid}/cmdline`, 'utf8')).not.toContain(await readFile(file, 'utf8'))
    expect(
      await ask(url, `select count(*) from pg_hba_file_rules()`).catch(
        (error: Error) => error.message,
      ),
    ).toContain('denied')
  })

  test('listens on 127.0.0.1 alone, as a user who is not root', async () => {
    const { pid, url } = await start()
    expect(statSync(`/proc/${pid}`).uid).not.toBe(0)
    expect(
      await ask(
        url,
        `select current_setting('listen_addresses') as on, inet_server_addr()::text as at`,
      ),
    ).toEqual({
      on: '127.0.0.1',
      at: '127.0.0.1/32',
    })
  })

  test('says which port is taken, and by which variable another is chosen', async () => {
    const other = createServer().listen(0, '127.0.0.1')
    await once(other, 'listening')
    port = (other.address() as AddressInfo).port // it listens on TCP
    await expect(start()).rejects.toThrow(
      `port ${port} on 127.0.0.1 is taken by another program; set TRUNKLINE_EMBEDDED_PORT`,
    )
    other.close()
  })

  test('starts after its postmaster was killed, with backends that still run', async () => {
    const { url, pid } = await start()
    await ask(url, 'create table kept as select 7 as n')
    const busy = ask(url, 'select count(*) from generate_series(1, 200000000)').catch(
      () => undefined,
    )
    await expect
      .poll(() =>
        ask(url, `select count(*) from pg_stat_activity where query like 'select count%generate%'`),
      )
      .toEqual({ count: 2 })
    const [first] = started.splice(0)
    const gone = new Promise((resolve) => first?.onExit(resolve))
    // Somebody who looks around in there is none of ours to end.
    const visitor = spawn('sleep', ['60'], { cwd: realpathSync(join(home, 'postgresql')) })
    spawned.push(visitor)
    process.kill(pid, 'SIGKILL')
    expect(await gone).toBe('SIGKILL')
    const again = await start()
    await busy
    expect(visitor.exitCode ?? visitor.signalCode).toBeNull()
    expect(await ask(again.url, 'select n from kept')).toEqual({ n: 7 })
  })

  test('a pid file that another process’s number stands in does not stop it', async () => {
    const { pid } = await start()
    const [first] = started.splice(0)
    process.kill(pid, 'SIGKILL')
    await new Promise((resolve) => first?.onExit(resolve))
    const file = join(home, 'postgresql', 'postmaster.pid')
    const text = await readFile(file, 'utf8')
    await writeFile(file, text.replace(/^\d+/, String(process.pid)))
    await start()
  })

  test('a second start on the same home says who runs it', async () => {
    await start()
    const { says } = await startApart()
    expect(says).toContain(`is running already, started by process ${process.pid}`)
  })

  test('ends with the process that started it, even when that is killed, and starts again', async () => {
    const { child } = await startApart()
    const pid = pidIn(join(home, 'postgresql'))
    expect(isAlive(pid)).toBe(true)
    await end(child, 'SIGKILL')
    const { url } = await start()
    expect(isAlive(pid)).toBe(false)
    expect(await ask(url, 'select 1 as n')).toEqual({ n: 1 })
  })

  test('refuses data of another major version', async () => {
    const server = await start()
    await server.stop()
    await writeFile(join(home, 'postgresql', 'PG_VERSION'), '14\n')
    await expect(start()).rejects.toThrow('is of PostgreSQL 14, and this version ships 18')
  })

  test('says so when its password is lost', async () => {
    const server = await start()
    await server.stop()
    await rm(join(home, 'keys', 'repository-password'))
    await expect(start()).rejects.toThrow('repository-password is missing')
  })
})

/** Whom root runs it as, when that user can read this checkout. */
function otherUser(): { uid: number; gid: number } | undefined {
  if (process.getuid?.() !== 0) return undefined
  const user = findServerUser()
  const files = ['-x', process.execPath, '-a', '-r', new URL(import.meta.url).pathname]
  return spawnSync('test', files, { ...user, cwd: '/' }).status === 0 ? user : undefined
}

const user = otherUser()
test.skipIf(user === undefined)(
  'an ordinary user without a home runs it as well (skipped unless run as root, in a checkout that others can read)',
  async () => {
    await chmod(home, 0o700)
    const chowned = spawn('chown', [`${user?.uid}:${user?.gid}`, home])
    await once(chowned, 'exit')
    const { child, says } = await startApart(user)
    expect(says).toMatch(/^postgres:\/\/trunkline:/)
    expect(await ask(says, 'select current_user as me')).toEqual({ me: 'trunkline' })
    expect(statSync(join(home, 'postgresql', 'PG_VERSION')).uid).toBe(user?.uid)
    await end(child)
  },
)
