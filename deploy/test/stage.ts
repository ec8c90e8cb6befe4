import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Client } from '@trunkline/api/client'
import { answerOf, connectApi } from '../src/api-access.ts'
import { openShop, type Shop } from '../src/demo/shop.ts'
import { startStack, type Stack } from '../src/demo/stack.ts'
import { waitFor } from '../src/up/wait.ts'
import { debianProgram } from './debian.ts'
import { startSmtpSink, type SmtpSink } from './smtp.ts'
import { startVictoriaMetrics } from './victoria-metrics.ts'

/** For `skipIf`: the stage needs VictoriaMetrics as its witness. Where `CI` is set, what is missing is an error. */
export const cannotSetStage = !debianProgram('victoria-metrics') && !process.env['CI']

/** The whole product, watching a shop under load, with a mail sink and a metrics store beside it. */
export interface Stage extends AsyncDisposable {
  stack: Stack
  api: Client
  shop: Shop
  sink: SmtpSink
  /** VictoriaMetrics. */
  store: { url: string }
  instanceId: number
  repositoryUrl: string
  /** Collection times (ms) of the shop's samples as the metrics store got them, by a way of their own. */
  witnessedTimes(): Promise<number[]>
  /** Returns when nothing is on its way any more: no open alert, no unsent message, no old sample in the spool. */
  settle(): Promise<void>
}

export async function setStage(given: {
  signal: AbortSignal
  settings?: Record<string, string>
  /** Done to the shop, as superuser, before it is watched. */
  furnish?: (url: string) => Promise<void>
}): Promise<Stage> {
  await using parts = new AsyncDisposableStack()
  const sink = parts.use(await startSmtpSink())
  const store = parts.use(await startVictoriaMetrics())
  const shop = parts.use(await openShop())
  await given.furnish?.(shop.server.url)
  const stack = parts.use(
    await startStack({
      env: process.env,
      settings: {
        TRUNKLINE_SMTP_URL: sink.url,
        TRUNKLINE_MAIL_FROM: 'trunkline@example.org',
        TRUNKLINE_MAIL_TO: 'oncall@example.org',
        TRUNKLINE_METRICS_WRITE_URL: `${store.url}/opentelemetry/v1/metrics`,
        ...given.settings,
      },
      say: () => undefined,
      signal: given.signal,
    }),
  )
  const api = connectApi({ url: stack.url, home: stack.home })
  const json = { uri: shop.monitorUrl, name: 'shop', actorUri: shop.actorUrl }
  const { id: instanceId } = await answerOf(api.instances.$post({ json }))
  const override = { levels: { warning: { above: 2, clear: 1, for: '0s' } } }
  const param = { name: 'idleInTransaction' }
  await answerOf(api.rules[':name'].override.$put({ param, json: override }))
  const owned = parts.move()
  return {
    stack,
    api,
    shop,
    sink,
    store,
    instanceId,
    repositoryUrl: given.settings?.['TRUNKLINE_REPOSITORY_URL'] ?? embeddedUrl(stack),
    witnessedTimes: () => witnessedTimes(store.url, shop.server.port),
    settle: () => settle(api, given.signal),
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  }
}

async function settle(api: Client, signal: AbortSignal): Promise<void> {
  await waitFor({
    ask: async () => {
      const open = await answerOf(api.alerts.$get({ query: { state: 'open' } }))
      const messages = await answerOf(api.notifications.$get({ query: {} }))
      const agents = await answerOf(api.agents.$get())
      const idle = open.items.filter(({ rule }) => rule === 'idleInTransaction')
      const unsent = messages.items.filter((one) => !['sent', 'superseded'].includes(one.state))
      const behind = agents.items.filter(
        ({ state, spoolOldestSeconds }) => state !== 'ok' || (spoolOldestSeconds ?? 99) > 2,
      )
      if (idle.length + unsent.length + behind.length === 0) return true
      throw new Error(
        `${idle.length} alerts open, ${unsent.length} messages unsent, ${behind.length} agents behind`,
      )
    },
    timeoutMs: 180_000,
    everyMs: 1_000,
    signal,
    failure: (last) => `it did not settle within three minutes: ${last}`,
  })
  // The witness may be one batch behind.
  await sleep(3_000)
}

async function witnessedTimes(url: string, port: number): Promise<number[]> {
  const match = encodeURIComponent(`{__name__="postgresql_up",server_port="${port}"}`)
  const response = await fetch(`${url}/api/v1/export?match[]=${match}`, {
    signal: AbortSignal.timeout(10_000),
  })
  const series = (await response.text()).split('\n').filter((line) => line !== '')
  // One line a series, as VictoriaMetrics documents its export.
  return series.flatMap((line) => (JSON.parse(line) as { timestamps: number[] }).timestamps)
}

function embeddedUrl({ home, env }: Stack): string {
  const password = readFileSync(join(home, 'keys/repository-password'), 'utf8').trim()
  return `postgres://trunkline:${encodeURIComponent(password)}@127.0.0.1:${env['TRUNKLINE_EMBEDDED_PORT']}/trunkline`
}
