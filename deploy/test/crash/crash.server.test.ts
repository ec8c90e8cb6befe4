import { setTimeout as sleep } from 'node:timers/promises'
import postgres from 'postgres'
import { expect, test } from 'vitest'
import type { Stack } from '../../src/demo/stack.ts'
import { violationsOf } from './checker.ts'
import { makeIncidents } from './incidents.ts'
import { installCommand } from '../postgres.ts'
import { cannotSetStage, setStage } from '../stage.ts'
import { kill, parts } from './victims.ts'

const kills = 20

test.skipIf(cannotSetStage)(
  `${kills} times kill -9 of api, engine, worker and postmaster: nothing lost, nothing doubled, no action run twice (else: ${installCommand})`,
  { timeout: 600_000 },
  async ({ signal, annotate }) => {
    const seed = Number(process.env['CRASH_SEED'] ?? Date.now() % 1_000_000)
    await annotate(`seed ${seed}: CRASH_SEED=${seed} repeats the pauses`)
    await using stage = await setStage({ signal })
    const { stack, shop, sink, instanceId, repositoryUrl } = stage

    const calm = new AbortController()
    const incidents = makeIncidents({ ...stage, shopUrl: shop.url, until: calm.signal })
    const hits = await killAtRandom(stack, randomFrom(seed)).finally(() => calm.abort())
    const repaired = await incidents
    expect(hits.length).toBe(kills)
    expect(repaired.length).toBeGreaterThan(0)
    await stage.settle()

    const witnessed = { instanceId, times: await stage.witnessedTimes() }
    const actionIds = repaired.map(({ actionId }) => actionId)
    const check = () => violationsOf({ repositoryUrl, mails: sink.mails, actionIds, witnessed })
    expect(await check(), `seed ${seed}, kills: ${hits.join(' ')}`).toEqual([])

    // By the shop's own log no session was ended more often than by us.
    const said = 'terminating connection due to administrator command'
    const ended = shop.server.log().split(said).length - 1
    expect(ended).toBeLessThanOrEqual(repaired.length)
    expect(ended).toBeGreaterThan(0)
    await annotate(
      `${repaired.length} incidents, ${ended} sessions ended, ${witnessed.times.length} samples witnessed, ${sink.mails.length} mails`,
    )

    // The checker itself must see a loss, or all of the above says nothing.
    await spoil(repositoryUrl, witnessed)
    const seen = (await check()).join('\n')
    expect(seen).toContain('is not in pemhistory')
    expect(seen).toContain('stands at place')
  },
)

async function killAtRandom(stack: Stack, random: () => number): Promise<string[]> {
  const hits: string[] = []
  const supervisor = stack.supervisor.pid ?? 0
  while (hits.length < kills) {
    await sleep(500 + random() * 3_000)
    // Each part in its turn, so that all are hit equally often; the instant is what is random.
    const part = parts[hits.length % parts.length] ?? 'api'
    while (!kill(part, { supervisor, home: stack.home })) await sleep(100)
    hits.push(part)
  }
  return hits
}

/** Takes away the newest witnessed sample, and an alert's first transition. */
async function spoil(
  url: string,
  { instanceId, times }: { instanceId: number; times: readonly number[] },
): Promise<void> {
  const sql = postgres(url, { max: 1, onnotice: () => undefined })
  const newest = new Date(Math.max(...times))
  try {
    await sql`
      delete from pemhistory.instance where instance_id = ${instanceId} and collected_at = ${newest}`
    await sql`
      delete from pemhistory.alert
       where sequence = 1
         and alert_id = (select alert_id from pemhistory.alert where sequence > 1 limit 1)`
  } finally {
    await sql.end({ timeout: 5 })
  }
}

/** mulberry32: the same numbers for the same seed. */
function randomFrom(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}
