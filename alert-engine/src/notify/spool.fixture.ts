import { randomUUID } from 'node:crypto'
import {
  connectRepository,
  migrate,
  readLanes,
  readNotificationRoutes,
  saveMailChannel,
  type Sql,
  type TransactionSql,
  writeNotifications,
} from '@trunkline/api/repository'
import type { SendContext } from './send-context.ts'
import { createLeaseOwner } from './lease-owner.ts'
import { planNotifications } from './plan.ts'
import type { ToldTransition } from './told-transition.ts'

/** Leaves secrets as they are. */
export const openSeal = {
  seal: (secret: string) => Buffer.from(secret),
  unseal: (sealed: Uint8Array) => Buffer.from(sealed).toString(),
}

export async function openRepository(url: string): Promise<Sql> {
  const sql = connectRepository({ url, max: 4, deadlineMs: 5_000, applicationName: 'test' })
  await migrate(sql)
  return sql
}

export async function addChannel(
  sql: Sql,
  { url, receivers = ['a@example.org'] }: { url: string; receivers?: string[] },
): Promise<number> {
  return await saveMailChannel(
    { sql, seal: openSeal.seal },
    { name: 'mail', url, from: 'Trunkline <trunkline@example.org>', receivers },
  )
}

export interface TestEpisode {
  alertId: string
  episodeId: string
  /** Plans and spools the next transition of the alert, as the evaluation does. */
  tell: (
    kind: ToldTransition['kind'],
    given?: Partial<ToldTransition>,
    tx?: TransactionSql,
  ) => Promise<string | undefined>
}

export function newEpisode(sql: Sql): TestEpisode {
  const [alertId, episodeId] = [randomUUID(), randomUUID()]
  const raisedAt = new Date()
  let sequence = 0
  return {
    alertId,
    episodeId,
    tell: async (kind, given = {}, tx) => {
      sequence += 1
      const transition = {
        ...someTransition({ kind, raisedAt }),
        ...given,
        alertId,
        episodeId,
        sequence,
      }
      return await (tx ? tellIn(tx, transition) : sql.begin((own) => tellIn(own, transition)))
    },
  }
}

async function tellIn(sql: TransactionSql, transition: ToldTransition & { episodeId: string }) {
  const lanes = await readLanes({ sql }, [transition.episodeId])
  const routes = await readNotificationRoutes({ sql })
  const plan = planNotifications({
    rule,
    transitions: [transition],
    routes,
    lanes,
    mailDomain: 'test',
  })
  await writeNotifications({ sql }, plan)
  return plan.told[0]
}

const rule = {
  name: 'blockedSession',
  code: 'C01',
  summary: 'A session waits long for a lock.',
  area: 'locks',
  unit: 's',
  whatToDo: 'Look at the root blocker.',
} as const

function someTransition(given: { kind: string; raisedAt: Date }) {
  return {
    ...given,
    fromLevel: 0,
    toLevel: given.kind === 'resolved' ? 0 : 2,
    maxLevel: 2,
    at: given.raisedAt,
    dataAt: given.raisedAt,
    value: 75,
    threshold: 60,
    message: 'shop_app has been blocked for 75 s on shop.',
    labels: {},
    evidence: [
      { waiter_pid: 42, waited_seconds: 75.1, waiter_query: 'update stock set n = n - 1' },
    ],
    instance: { id: 1, name: 'shop' },
    agent: null,
    reason: 'above',
    mutedBy: null,
    runbooks: [],
  }
}

/** What the sender needs, with nobody listening to its metrics and logs. */
export function testContext(sql: Sql, given: Partial<SendContext> = {}): SendContext {
  return {
    sql,
    owner: createLeaseOwner({ host: 'test', pid: 1, isAlive: () => false }),
    publicUrl: 'https://trunkline.example.org',
    now: () => new Date(),
    sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
    log: () => undefined,
    metrics: {
      attempted: () => undefined,
      handedOver: () => undefined,
      digested: () => undefined,
      leasesExpired: () => undefined,
      notLaidOut: () => undefined,
      channelUsable: () => undefined,
      spool: () => undefined,
    },
    ...given,
  }
}
