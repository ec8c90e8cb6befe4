import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import {
  claimNotification,
  type NotificationOutcome,
  settleNotification,
  type Sql,
} from '@trunkline/api/repository'
import { createTestDatabase, type TestDatabase } from '../../../deploy/test/database.ts'
import { addChannel, newEpisode, openRepository } from './spool.fixture.ts'

type Outcome = NotificationOutcome['outcome']

let database: TestDatabase
let sql: Sql
let channelId: number

beforeAll(async () => {
  database = await createTestDatabase()
  sql = await openRepository(database.url)
  channelId = await addChannel(sql, { url: 'smtp://localhost' })
})
afterAll(async () => {
  await sql.end()
  await database[Symbol.asyncDispose]()
})

/** One attempt at whatever is due, ended as told. */
async function attempt(outcome: Outcome): Promise<boolean> {
  await sql`update pem.notification set next_try_at = clock_timestamp() where state in ('retry_wait', 'unknown')`
  const by = { sql, owner: 'test' }
  const claimed = await claimNotification(by, { channelId, perMinute: 1_000_000 })
  if (!claimed) return false
  const { id, attempt: number } = claimed
  const settled = { id, attempt: number, retryAfterMs: 0, outcome, reply: null, error: null }
  return await settleNotification(by, settled)
}

interface Row {
  sequence: number
  kind: string
  state: string
  replies: boolean
  /** May have been received. */
  seen: boolean
  tried: boolean
}

const readLane = (episodeId: string) => sql<Row[]>`
  select sequence, kind, state, in_reply_to is not null as replies, attempts > 0 as tried,
         exists (select from pem.notification_attempt a
                  where a.notification_id = n.id and a.outcome in ('sent', 'unknown')) as seen
    from pem.notification n where episode_id = ${episodeId} order by sequence`

/** Between any two transitions of an episode, any attempts with any ends. */
const story = fc.array(
  fc.record({
    tell: fc.constantFrom('level_up', 'level_down', 'nothing'),
    outcomes: fc.array(fc.constantFrom<Outcome[]>('sent', 'retry', 'dead', 'unknown'), {
      maxLength: 3,
    }),
  }),
  { maxLength: 5 },
)

test('whatever happens to the messages of an episode, who may have seen it hears that it is over, once', async () => {
  const tellStory = async (chapters: typeof story extends fc.Arbitrary<infer S> ? S : never) => {
    const episode = newEpisode(sql)
    await episode.tell('raised')
    for (const { tell, outcomes } of chapters) {
      for (const outcome of outcomes) await attempt(outcome)
      if (tell !== 'nothing') await episode.tell(tell)
    }
    const before = await readLane(episode.episodeId)
    const told = await episode.tell('resolved')
    while (await attempt('sent'));
    const rows = await readLane(episode.episodeId)

    const resolved = rows.filter(({ kind }) => kind === 'resolved')
    const wasSeen = before.some(({ seen }) => seen)
    const wasTried = before.some(({ tried, state }) => tried && state !== 'dead')
    expect(resolved).toHaveLength(wasSeen || wasTried ? 1 : 0)
    expect(told === 'told').toBe(resolved.length === 1)
    // Nothing is left, and nothing that may have been seen was taken out.
    expect(rows.filter(({ state }) => !/^(sent|superseded|dead)$/.test(state))).toEqual([])
    expect(rows.filter(({ state, seen }) => state === 'superseded' && seen)).toEqual([])
    // A reply is to something that may be there.
    const [first] = rows.filter(({ seen }) => seen)
    for (const row of rows.filter(({ replies }) => replies)) {
      expect(row.sequence).toBeGreaterThan(first?.sequence ?? Infinity)
    }
  }
  await fc.assert(fc.asyncProperty(story, tellStory), { numRuns: 80 })
})
