import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { forgetNotifications, retryNotification, type Sql } from '@trunkline/api/repository'
import { createTestDatabase } from '../../../deploy/test/database.ts'
import { startSmtpSink } from '../../../deploy/test/smtp.ts'
import { runSendLoop, type SendLoopOptions } from './send-loop.ts'
import type { SendContext } from './send-context.ts'
import { addChannel, newEpisode, openRepository, openSeal, testContext } from './spool.fixture.ts'

let sql: Sql
let stack: AsyncDisposableStack

beforeEach(async () => {
  stack = new AsyncDisposableStack()
  const database = stack.use(await createTestDatabase())
  sql = await openRepository(database.url)
  stack.defer(() => sql.end())
})
afterEach(() => stack.disposeAsync())

/** A sender that runs until the test ends. */
function startSender(given: Partial<SendContext> = {}, options: SendLoopOptions = {}) {
  const stop = new AbortController()
  const context = { ...testContext(sql, given), unseal: openSeal.unseal }
  const running = runSendLoop(context, stop.signal, options)
  const end = async () => {
    stop.abort()
    await running
  }
  stack.defer(end)
  return { end }
}

async function spool() {
  return await sql<
    {
      kind: string
      state: string
      receiver: string
      attempts: number
      lastError: string | null
      id: string
    }[]
  >`select kind, state, receiver, attempts, last_error as "lastError", id
      from pem.notification order by created_at, receiver, sequence`
}

async function until(condition: () => Promise<boolean>): Promise<void> {
  const giveUp = Date.now() + 20_000
  while (!(await condition())) {
    if (Date.now() > giveUp)
      throw new Error(`not within 20 s; spool: ${JSON.stringify(await spool())}`)
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

const isAll = async (state: string) => (await spool()).every((row) => row.state === state)

/** What waits for its next try is due now. */
async function skipBackoff(): Promise<void> {
  await sql`update pem.notification set next_try_at = clock_timestamp() where state in ('retry_wait', 'unknown')`
  await sql`select pg_notify('spool', '')`
}

describe('the sender', () => {
  test('sends an episode in order, as one thread, each receiver once', async () => {
    await using sink = await startSmtpSink()
    await addChannel(sql, { url: sink.url, receivers: ['a@example.org', 'Bea <b@example.org>'] })
    startSender()
    const episode = newEpisode(sql)
    for (const kind of ['raised', 'level_up', 'resolved']) {
      await episode.tell(kind)
      await until(() => isAll('sent'))
    }
    for (const receiver of ['a@example.org', 'b@example.org']) {
      const mails = sink.mails.filter(({ to }) => to.includes(receiver))
      expect(mails.map(({ subject }) => subject.slice(0, 10))).toEqual([
        '[warning] ',
        '[warning] ',
        '[resolved]',
      ])
      const [root] = mails
      expect(mails.map(({ inReplyTo }) => inReplyTo)).toEqual([
        undefined,
        root?.messageId,
        root?.messageId,
      ])
      expect(root?.text).toContain(`https://trunkline.example.org/alerts/${episode.alertId}`)
    }
    expect(new Set(sink.mails.map(({ messageId }) => messageId)).size).toBe(6)
  })

  test('one refused receiver of three: the others get it once, his is dead until somebody retries it', async () => {
    await using sink = await startSmtpSink()
    const receivers = ['a@example.org', 'b@example.org', 'c@example.org']
    await addChannel(sql, { url: sink.url, receivers })
    sink.failNext(550, 'no such user', 'b@example.org')
    startSender()
    await newEpisode(sql).tell('raised')
    await until(async () =>
      (await spool()).every(({ state }) => state === 'sent' || state === 'dead'),
    )
    const rows = await spool()
    expect(rows.map(({ state }) => state)).toEqual(['sent', 'dead', 'sent'])
    expect(rows[1]?.lastError).toContain('550')
    expect(sink.mails).toHaveLength(2)
    expect(await retryNotification({ sql }, rows[0]?.id ?? '')).toBe(false)
    expect(await retryNotification({ sql }, rows[1]?.id ?? '')).toBe(true)
    await until(() => isAll('sent'))
    expect(
      sink.mails.map(({ to }) => to[0]).toSorted((a = '', b = '') => a.localeCompare(b)),
    ).toEqual(receivers)
  })

  test('a temporary no is tried again later, under the same Message-ID', async () => {
    await using sink = await startSmtpSink()
    await addChannel(sql, { url: sink.url })
    sink.failNext(451, 'try later')
    startSender()
    await newEpisode(sql).tell('raised')
    await until(() => isAll('retry_wait'))
    const [row] = await sql<{ wait: number; messageId: string }[]>`
      select extract(epoch from next_try_at - clock_timestamp())::float8 as wait, message_id as "messageId"
        from pem.notification`
    expect(row?.wait).toBeGreaterThan(5)
    expect(row?.wait).toBeLessThanOrEqual(15)
    await skipBackoff()
    const mail = await sink.waitFor(() => true, 10_000)
    expect(mail.messageId).toBe(row?.messageId)
    expect(mail.text).toContain('This is attempt 2')
  })

  test('an answer lost after the message was taken: sent once more, as the same message', async () => {
    let isFirst = true
    await using sink = await startSmtpSink({
      beforeAccept: async () => {
        // Longer than the sender waits: it sees no answer, yet the server keeps the mail.
        const wasFirst = isFirst
        isFirst = false
        if (wasFirst) await new Promise((resolve) => setTimeout(resolve, 3_000))
      },
    })
    await addChannel(sql, { url: sink.url })
    startSender({}, { mailDeadlineMs: 1_500 })
    await newEpisode(sql).tell('raised')
    await until(() => isAll('unknown'))
    await skipBackoff()
    await until(() => isAll('sent'))
    await until(async () => sink.mails.length === 2)
    expect(new Set(sink.mails.map(({ messageId }) => messageId)).size).toBe(1)
  })

  test('a later message waits for the one before it', async () => {
    await using sink = await startSmtpSink()
    await addChannel(sql, { url: sink.url })
    const sender = startSender({}, { mailDeadlineMs: 2_000 })
    const episode = newEpisode(sql)
    await episode.tell('raised')
    await until(() => isAll('sent'))
    sink.failNext(451, 'try later')
    await episode.tell('level_up')
    await until(async () => (await spool())[1]?.state === 'retry_wait')
    // As after an attempt with an unknown end: it may have been seen, so nothing takes its place.
    await sql`update pem.notification_attempt set outcome = 'unknown' where outcome = 'retry'`
    await episode.tell('resolved')
    await newEpisode(sql).tell('raised')
    await until(async () => (await spool())[3]?.state === 'sent')
    expect((await spool()).map(({ state }) => state)).toEqual([
      'sent',
      'retry_wait',
      'queued',
      'sent',
    ])
    await skipBackoff()
    await until(() => isAll('sent'))
    expect(sink.mails.map(({ subject }) => subject.slice(0, 10)).at(-1)).toBe('[resolved]')
    await sender.end()
  })

  test('raised and resolved while nothing could be sent: one message says both, or none when none was tried', async () => {
    const away = await startSmtpSink()
    await away[Symbol.asyncDispose]()
    await addChannel(sql, { url: away.url })
    const untried = newEpisode(sql)
    await untried.tell('raised')
    expect(await untried.tell('resolved')).toBe('superseded')
    startSender()
    const tried = newEpisode(sql)
    await tried.tell('raised')
    await until(async () => (await spool()).some(({ state }) => state === 'retry_wait'))
    expect(await tried.tell('resolved')).toBe('told')
    await using sink = await startSmtpSink({ port: away.port })
    await skipBackoff()
    const mail = await sink.waitFor(({ subject }) => subject.startsWith('[resolved]'), 20_000)
    expect(mail.inReplyTo).toBeUndefined()
    const states = async () => (await spool()).map(({ state }) => state).join(' ')
    await until(async () => (await states()) === 'superseded superseded sent')
    expect(sink.mails).toHaveLength(1)
  })

  test('over his share a receiver gets the rest as one mail, the worst first, and replies know it', async () => {
    await using sink = await startSmtpSink()
    await addChannel(sql, { url: sink.url })
    startSender({}, { perMinute: 1 })
    // His share of all, and his share of what became critical.
    for (const toLevel of [2, 3]) {
      await newEpisode(sql).tell('raised', { toLevel })
      await until(() => isAll('sent'))
    }
    const storm = Array.from({ length: 40 }, () => newEpisode(sql))
    await sql.begin((tx) =>
      Promise.all(
        storm.map((one, index) =>
          one.tell('raised', { toLevel: index === 7 ? 3 : 2, message: `storm ${index}` }, tx),
        ),
      ),
    )
    const digest = await sink.waitFor(({ subject }) => subject.includes('at once'), 15_000)
    expect(digest.subject).toBe('[critical] 1 critical, 39 warning at once')
    expect(digest.text).toContain('Shown are the worst 20; 20 more are on the page.')
    expect(digest.text.match(/storm \d+ #/g)?.[0]).toBe('storm 7 #')
    expect(digest.text).toContain(`/alerts/${storm[7]?.alertId}`)
    await until(async () => (await spool()).every(({ state }) => /^(sent|superseded)$/.test(state)))
    expect(sink.mails).toHaveLength(3)

    await sql`update pem.notification set sent_at = sent_at - interval '2 minutes' where state = 'sent'`
    expect(await storm[3]?.tell('resolved')).toBe('told')
    const resolved = await sink.waitFor(({ subject }) => subject.startsWith('[resolved]'), 15_000)
    expect(resolved.inReplyTo).toBe(digest.messageId)
  })

  test('what became critical does not wait behind the rest', async () => {
    await using sink = await startSmtpSink()
    await addChannel(sql, { url: sink.url })
    startSender({}, { perMinute: 2 })
    for (const count of [1, 2]) {
      await newEpisode(sql).tell('raised')
      await sink.waitFor(() => sink.mails.length === count, 10_000)
    }
    await until(() => isAll('sent'))
    await newEpisode(sql).tell('raised')
    const urgent = newEpisode(sql)
    await urgent.tell('raised', { toLevel: 3 })
    const mail = await sink.waitFor(({ text }) => text.includes(urgent.alertId), 10_000)
    expect(mail.subject).toMatch(/^\[critical\] /)
  })

  test('a digest whose outcome is unknown is repeated as the same mail with the same members', async () => {
    let isFirst = true
    await using sink = await startSmtpSink({
      beforeAccept: async (mail) => {
        const isHeld = isFirst && mail.subject.includes('at once')
        if (isHeld) isFirst = false
        if (isHeld) await new Promise((resolve) => setTimeout(resolve, 4_000))
      },
    })
    await addChannel(sql, { url: sink.url })
    await newEpisode(sql).tell('raised')
    startSender({}, { perMinute: 1, mailDeadlineMs: 2_000 })
    await until(() => isAll('sent'))
    await sql.begin((tx) =>
      Promise.all([1, 2, 3].map(() => newEpisode(sql).tell('raised', {}, tx))),
    )
    await until(async () => (await spool()).filter(({ state }) => state === 'unknown').length === 3)
    await newEpisode(sql).tell('raised')
    await sql`update pem.notification set next_try_at = clock_timestamp() where state = 'unknown'`
    await until(
      async () => sink.mails.filter(({ subject }) => subject.includes('at once')).length === 2,
    )
    const digests = sink.mails.filter(({ subject }) => subject.includes('at once'))
    expect(new Set(digests.map(({ messageId }) => messageId)).size).toBe(1)
    expect(new Set(digests.map(({ subject }) => subject)).size).toBe(1)
  })

  test('a digest that was surely refused is taken apart again', async () => {
    await using sink = await startSmtpSink()
    await addChannel(sql, { url: sink.url })
    await newEpisode(sql).tell('raised')
    startSender({}, { perMinute: 1 })
    await until(() => isAll('sent'))
    sink.failNext(451, 'try later')
    await sql.begin((tx) => Promise.all([1, 2].map(() => newEpisode(sql).tell('raised', {}, tx))))
    await until(
      async () => (await spool()).filter(({ state }) => state === 'retry_wait').length === 2,
    )
    await sql`update pem.notification set sent_at = sent_at - interval '2 minutes' where state = 'sent'`
    await skipBackoff()
    await sink.waitFor(() => sink.mails.length === 2, 10_000)
    expect(sink.mails.every(({ subject }) => !subject.includes('at once'))).toBe(true)
  })

  test('what ended long ago is forgotten, what is open is not', async () => {
    await using sink = await startSmtpSink()
    await addChannel(sql, { url: sink.url })
    startSender({}, { perMinute: 1 })
    await newEpisode(sql).tell('raised')
    await until(() => isAll('sent'))
    await sql.begin((tx) => Promise.all([1, 2].map(() => newEpisode(sql).tell('raised', {}, tx))))
    await until(async () => (await spool()).every(({ state }) => /^(sent|superseded)$/.test(state)))
    // The carrier of the digest is old, the one it carries is not.
    await sql`update pem.notification set created_at = now() - interval '91 days' where state = 'sent'`
    await newEpisode(sql).tell('raised')
    await sql`update pem.notification set created_at = now() - interval '91 days' where state = 'queued'`
    expect(await forgetNotifications({ sql })).toBe(2)
    expect(
      (await spool()).map(({ state }) => state).toSorted((a, b) => a.localeCompare(b)),
    ).toEqual(['queued', 'superseded'])
  })

  test('a message too old is dead, not late for ever', async () => {
    const away = await startSmtpSink()
    await away[Symbol.asyncDispose]()
    await addChannel(sql, { url: away.url })
    await newEpisode(sql).tell('raised')
    await sql`update pem.notification set expires_at = clock_timestamp() + interval '1 second'`
    startSender()
    await until(() => isAll('dead'))
  })

  test('a channel whose settings cannot be used keeps its messages, and the others go on', async () => {
    await using sink = await startSmtpSink()
    const logged: string[] = []
    await addChannel(sql, { url: 'gopher://nowhere' })
    startSender({ log: (event) => void logged.push(event) })
    await newEpisode(sql).tell('raised')
    await until(async () => logged.includes('channel_unusable'))
    expect(await isAll('queued')).toBe(true)
    await addChannel(sql, { url: sink.url })
    await sink.waitFor(() => true, 15_000)
  })

  test('a body that cannot be laid out is sent plain, with the error', async () => {
    await using sink = await startSmtpSink()
    await addChannel(sql, { url: sink.url })
    await newEpisode(sql).tell('raised')
    await sql`update pem.notification set body = '{"kind": "<b>odd</b>"}'`
    startSender()
    const mail = await sink.waitFor(() => true, 10_000)
    expect(mail.text).toContain('could not be laid out')
    expect(mail.text).toContain('blocked for 75 s')
    expect(mail.html).not.toContain('<b>')
  })

  test('two senders share the work and send nothing twice', async () => {
    await using sink = await startSmtpSink()
    await addChannel(sql, { url: sink.url })
    startSender({}, { perMinute: 1_000 })
    startSender({}, { perMinute: 1_000 })
    await Promise.all(Array.from({ length: 60 }, () => newEpisode(sql).tell('raised')))
    await until(async () => (await spool()).length === 60 && (await isAll('sent')))
    expect(sink.mails).toHaveLength(60)
    expect(new Set(sink.mails.map(({ messageId }) => messageId)).size).toBe(60)
  })

  test('a stop breaks off what hangs, and leaves it to the next', async () => {
    const held = Promise.withResolvers<void>()
    await using sink = await startSmtpSink({ beforeAccept: () => held.promise })
    await addChannel(sql, { url: sink.url })
    const sender = startSender()
    await newEpisode(sql).tell('raised')
    await until(() => isAll('sending'))
    await sender.end()
    expect((await spool())[0]?.state).toMatch(/^(unknown|retry_wait)$/)
    held.resolve()
  })

  test('what a dead sender of this host had is taken over at once', async () => {
    await using sink = await startSmtpSink()
    await addChannel(sql, { url: sink.url })
    await newEpisode(sql).tell('raised')
    await sql`
      with taken as (update pem.notification set state = 'sending', attempts = 1, lease_owner = 'test 999 x',
                            lease_until = clock_timestamp() + interval '1 hour' returning id)
      insert into pem.notification_attempt (notification_id, attempt) select id, 1 from taken`
    startSender()
    const mail = await sink.waitFor(() => true, 10_000)
    expect(mail.text).toContain('attempt 2')
    const attempts = await sql`select outcome from pem.notification_attempt order by attempt`
    await until(() => isAll('sent'))
    expect(attempts[0]?.['outcome']).toBe('unknown')
  })
})
