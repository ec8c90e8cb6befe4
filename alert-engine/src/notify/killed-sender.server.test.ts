import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import type { Sql } from '@trunkline/api/repository'
import { createTestDatabase } from '../../../deploy/test/database.ts'
import { type Mail, startSmtpSink } from '../../../deploy/test/smtp.ts'
import { addChannel, newEpisode, openRepository } from './spool.fixture.ts'

const kills = 20
const program = fileURLToPath(new URL('./sender-process.fixture.ts', import.meta.url))
const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms))

const startSender = (url: string, perMinute: number): ChildProcess =>
  spawn(process.execPath, [program, url, String(perMinute)], { stdio: 'inherit' })

interface Row {
  episodeId: string
  receiver: string
  sequence: number
  kind: string
  state: string
  messageId: string
  attempts: number
}

const readSpool = (sql: Sql) => sql<Row[]>`
  select episode_id as "episodeId", receiver, sequence, kind, state, message_id as "messageId", attempts
    from pem.notification order by episode_id, receiver, sequence`

test(
  'a sender killed at any instant, twenty times, loses nothing and sends nothing under two ids',
  { timeout: 180_000 },
  async () => {
    await using stack = new AsyncDisposableStack()
    const sink = stack.use(await startSmtpSink({ beforeAccept: () => pause(Math.random() * 15) }))
    const database = stack.use(await createTestDatabase())
    const sql = await openRepository(database.url)
    stack.defer(() => sql.end())
    await addChannel(sql, { url: sink.url, receivers: ['a@example.org', 'b@example.org'] })
    let sender: ChildProcess | undefined
    stack.defer(() => void sender?.kill('SIGKILL'))

    const stop = new AbortController()
    const load = makeLoad(sql, stop.signal)
    for (let kill = 0; kill < kills; kill += 1) {
      const before = sink.mails.length
      sender = startSender(database.url, 100_000)
      // At work, and then at a random instant of it.
      await expect
        .poll(() => sink.mails.length, { timeout: 30_000, interval: 5 })
        .toBeGreaterThan(before)
      await pause(Math.random() * 120)
      const gone = once(sender, 'exit')
      sender.kill('SIGKILL')
      await gone
    }
    stop.abort()
    await load
    sender = startSender(database.url, 100_000)
    await endOfSpool(sql)
    check(await readSpool(sql), sink.mails)
  },
)

test('a sender killed while a digest is on its way: the same digest comes again', async () => {
  await using stack = new AsyncDisposableStack()
  const [reached, killed] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
  const isDigest = ({ subject }: Mail) => subject.includes('at once')
  const sink = stack.use(
    await startSmtpSink({
      beforeAccept: async (mail) => {
        if (!isDigest(mail)) return
        reached.resolve()
        await killed.promise
      },
    }),
  )
  const database = stack.use(await createTestDatabase())
  const sql = await openRepository(database.url)
  stack.defer(() => sql.end())
  await addChannel(sql, { url: sink.url })
  const sender = startSender(database.url, 1)
  stack.defer(() => void sender.kill('SIGKILL'))
  await newEpisode(sql).tell('raised')
  await sink.waitFor(() => true, 30_000)
  await sql.begin((tx) =>
    Promise.all(Array.from({ length: 10 }, () => newEpisode(sql).tell('raised', {}, tx))),
  )
  await reached.promise
  const gone = once(sender, 'exit')
  sender.kill('SIGKILL')
  await gone
  killed.resolve()
  // It would be free to be told by itself now; yet what may have arrived stays what it was.
  await newEpisode(sql).tell('raised')
  const second = startSender(database.url, 100)
  stack.defer(() => void second.kill('SIGKILL'))
  await endOfSpool(sql)

  const digests = sink.mails.filter(isDigest)
  expect(digests).toHaveLength(2)
  expect(new Set(digests.map(({ messageId }) => messageId)).size).toBe(1)
  expect(digests[1]?.subject).toBe(digests[0]?.subject)
  expect(digests[1]?.text).toContain('This is attempt 2')
  const rows = await readSpool(sql)
  expect(Object.groupBy(rows, ({ state }) => state)['superseded']).toHaveLength(9)
  expect(sink.mails.filter((mail) => !isDigest(mail))).toHaveLength(2)
})

/** Episodes that are raised, rise and are resolved, a few at a time. */
async function makeLoad(sql: Sql, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    const episode = newEpisode(sql)
    for (const kind of ['raised', 'level_up', 'resolved']) {
      await episode.tell(kind)
      await pause(Math.random() * 60)
    }
  }
}

/** Until nothing is open; what waits for its next try is due at once. */
async function endOfSpool(sql: Sql): Promise<void> {
  const open = async () => {
    await sql`update pem.notification set next_try_at = clock_timestamp() where state in ('retry_wait', 'unknown')`
    const [row] = await sql<{ count: number }[]>`
      select count(*)::int as count from pem.notification where state not in ('sent', 'superseded', 'dead')`
    return row?.count
  }
  await expect.poll(open, { timeout: 60_000, interval: 200 }).toBe(0)
}

function check(rows: Row[], mails: Mail[]): void {
  const byId = Map.groupBy(mails, ({ messageId }) => messageId)
  const lanes = Map.groupBy(rows, ({ episodeId, receiver }) => `${episodeId} ${receiver}`)
  expect(rows.filter(({ state }) => state === 'dead')).toEqual([])
  expect(rows.length).toBeGreaterThan(kills)
  // Handed over, every one, and never more often than it was tried.
  for (const row of rows.filter(({ state }) => state === 'sent')) {
    const times = byId.get(row.messageId)?.length ?? 0
    expect(times, row.messageId).toBeGreaterThanOrEqual(1)
    expect(times, row.messageId).toBeLessThanOrEqual(row.attempts)
  }
  // Nothing was sent that is not a message of the spool, or not under its one id.
  const known = new Map(rows.map((row) => [row.messageId, row]))
  for (const mail of mails) expect(known.get(mail.messageId)?.receiver).toBe(mail.to[0])
  // In each lane everything arrived in order, and a resolved only after something it resolves.
  for (const lane of lanes.values()) {
    const firstSeen = lane
      .map(({ messageId }) => mails.findIndex((mail) => mail.messageId === messageId))
      .filter((at) => at >= 0)
    expect(firstSeen).toEqual(firstSeen.toSorted((a, b) => a - b))
    const seenKinds = lane.filter(({ messageId }) => byId.has(messageId)).map(({ kind }) => kind)
    if (seenKinds.includes('resolved')) expect(seenKinds.length).toBeGreaterThan(1)
  }
}
