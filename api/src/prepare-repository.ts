import { probes } from '@trunkline/probes'
import {
  checkRepository,
  connectRepository,
  dropExpired,
  dropOldPartitions,
  forgetNotifications,
  ensurePartitions,
  keepApiToken,
  migrate,
  saveMailChannel,
  syncProbeTables,
  type Sealer,
  type Sql,
} from '../repository/index.ts'
import { hashToken } from './auth/tokens.ts'
import type { Config } from './config.ts'
import type { Log } from './log.ts'
import { pause } from './pause.ts'
import { signCatalogue, type RunbookSigner } from './runbook-signing.ts'

export interface Preparation {
  config: Config
  signer: RunbookSigner
  sealer: Sealer
  adminToken: string
  log: Log
  now: () => Date
}

const retryMs = { first: 250, longest: 5_000 }
const upkeepEveryMs = 3_600_000
/** A migration or a sweep of partitions may take longer than any request. */
const deadlineMs = 120_000

/** Brings the repository to what this version needs, however long it is away; then looks after it each hour. */
export async function keepRepository(
  preparation: Preparation & { signal: AbortSignal; prepared: () => void },
): Promise<void> {
  const { signal, log, prepared } = preparation
  if (!(await untilDone(() => withConnection(preparation, prepare), preparation))) return
  prepared()
  log('repository_ready')
  while (await pause(upkeepEveryMs, signal)) {
    await withConnection(preparation, upkeep).catch((error: unknown) =>
      log('upkeep_failed', { error }),
    )
  }
}

async function prepare(sql: Sql, preparation: Preparation): Promise<void> {
  const { config, signer, sealer, adminToken, now } = preparation
  await checkRepository(sql)
  await migrate(sql)
  await syncProbeTables(sql, probes)
  await ensurePartitions(sql, now())
  const hash = hashToken(adminToken)
  await keepApiToken(
    { sql },
    { hash, tokenName: 'admin-token', accountName: 'admin', role: 'admin' },
  )
  await signCatalogue({ sql, signer })
  if (config.mail) {
    const { url, from, to } = config.mail
    const seal = (secret: string, context: string) => sealer.seal(secret, context)
    await saveMailChannel({ sql, seal }, { name: 'mail', url, from, receivers: to })
  }
}

async function upkeep(sql: Sql, { now, log }: Preparation): Promise<void> {
  await ensurePartitions(sql, now())
  const dropped = await dropOldPartitions(sql, now())
  if (dropped.length > 0) log('partitions_dropped', { partitions: dropped })
  await dropExpired({ sql })
  await forgetNotifications({ sql })
}

async function withConnection(
  preparation: Preparation,
  work: (sql: Sql, preparation: Preparation) => Promise<void>,
): Promise<void> {
  const url = preparation.config.repositoryUrl
  const sql = connectRepository({
    url,
    max: 2,
    deadlineMs,
    applicationName: 'trunkline_api/upkeep',
  })
  try {
    await work(sql, preparation)
  } finally {
    await sql.end()
  }
}

/** Tries until it works; false when the process is to stop. */
async function untilDone(
  work: () => Promise<void>,
  { signal, log }: { signal: AbortSignal; log: Log },
): Promise<boolean> {
  for (let waitMs = retryMs.first; ; waitMs = Math.min(2 * waitMs, retryMs.longest)) {
    try {
      await work()
      return true
    } catch (error) {
      log('repository_not_ready', { error, retryInMs: waitMs })
    }
    if (!(await pause(waitMs, signal))) return false
  }
}
