import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import type { Client } from '@trunkline/api/client'
import { z } from 'zod'
import { startSmtpSink, type Mail, type SmtpSink } from '../../test/smtp.ts'
import { answerOf, connectApi } from '../api-access.ts'
import { showIdleInTransaction } from './idle-in-transaction.ts'
import { showKilledServer } from './killed-server.ts'
import type { Scenario } from './scenario.ts'
import { openShop, type Shop } from './shop.ts'
import { mainScript, startStack, type Stack } from './stack.ts'
import { waitFor } from '../up/wait.ts'

export interface DemoOptions {
  once: boolean
  env: Readonly<Record<string, string | undefined>>
  say: (line: string) => void
  signal: AbortSignal
}

/** Shows the whole product on a throwaway home; returns the steps that did not happen. */
export async function demo(options: DemoOptions): Promise<readonly string[]> {
  const { say, signal, once } = options
  await using stack = new AsyncDisposableStack()
  say('The demo has a home of its own, thrown away at the end. It takes about two minutes.')
  const sink = stack.use(await startSmtpSink())
  const shop = stack.use(await openShop())
  say(`The shop runs: PostgreSQL at 127.0.0.1:${String(shop.server.port)}, six writers.`)
  const trunkline = stack.use(await startStack({ ...options, settings: mailSettings(sink) }))
  const api = connectApi({ url: trunkline.url, home: trunkline.home })

  const scenario: Scenario = {
    api,
    shop,
    sink,
    say,
    signal,
    instanceId: await addShop(trunkline, shop, options),
  }
  await allowStart(trunkline, shop, options)
  await lowerThresholds(api, say)
  await untilLive(scenario)
  const missing = [
    ...(await showIdleInTransaction(scenario)),
    ...(await showKilledServer(scenario)),
  ]
  showInbox(sink.mails, say)

  const { url } = await answerOf(api['sign-in-links'].$post({ json: {} }))
  say(`\nThe pages: ${trunkline.url}\nSign in once: ${url}`)
  if (!once) {
    say('They stay up until Ctrl-C.')
    await untilAborted(signal)
  }
  return missing
}

function mailSettings(sink: SmtpSink): Record<string, string> {
  return {
    TRUNKLINE_SMTP_URL: sink.url,
    TRUNKLINE_MAIL_FROM: 'trunkline@example.org',
    TRUNKLINE_MAIL_TO: 'oncall@example.org',
  }
}

const addedSchema = z.object({ id: z.int() })

/** By the command a person would type. */
async function addShop({ env }: Stack, shop: Shop, { say, signal }: DemoOptions): Promise<number> {
  const shown = `postgres://trunkline_monitor@127.0.0.1:${String(shop.server.port)}/shop`
  say(`\n$ trunkline instance add ${shown} --name shop --actor …`)
  const args = [
    'instance',
    'add',
    shop.monitorUrl,
    '--name',
    'shop',
    '--actor',
    shop.actorUrl,
    '--json',
  ]
  const stdout = await typed(env, args, signal).catch((error: unknown) => {
    throw new Error(`The shop could not be added: ${String(error)}`, { cause: error })
  })
  const { id } = addedSchema.parse(JSON.parse(stdout))
  say(`Instance ${String(id)}, shop, is watched.`)
  return id
}

/** What the owner of the shop's host does, so that the agent there may start the shop. */
async function allowStart({ env }: Stack, { server }: Shop, options: DemoOptions): Promise<void> {
  const place = `127.0.0.1:${String(server.port)}`
  const allowing = ['agent', 'allow', 'startInstance', '--server', place, '--']
  options.say(`$ trunkline ${allowing.join(' ')} …/pg_ctl start …`)
  await typed(env, [...allowing, ...server.startCommand()], options.signal)
}

async function typed(
  env: Record<string, string>,
  args: readonly string[],
  signal: AbortSignal,
): Promise<string> {
  const options = { env, signal, timeout: 40_000 }
  return (await promisify(execFile)(process.execPath, [mainScript, ...args], options)).stdout
}

/** Shipped levels suit production; nobody wants to watch five minutes of waiting. */
async function lowerThresholds(api: Client, say: (line: string) => void): Promise<void> {
  const levels = { warning: { above: 8, clear: 4, for: '0s' } }
  await answerOf(
    api.rules[':name'].override.$put({ param: { name: 'idleInTransaction' }, json: { levels } }),
  )
  say(
    'For the demo, idleInTransaction warns after 8 s, at once, instead of 300 s and a minute more. All else is as shipped.',
  )
}

async function untilLive({ api, instanceId, signal, say }: Scenario): Promise<void> {
  const age = await waitFor({
    ask: async () => {
      const one = await answerOf(api.instances[':id'].$get({ param: { id: String(instanceId) } }))
      return one.health === 'ok' && one.state === 'up' ? one.dataAgeSeconds : undefined
    },
    timeoutMs: 30_000,
    signal,
    failure: (last) => `The shop's data did not arrive within 30 s. ${last}`,
  })
  say(`Its data is live, ${(age ?? 0).toFixed(1)} s old.`)
}

function showInbox(mails: readonly Mail[], say: (line: string) => void): void {
  say(`\n── the inbox of oncall@example.org: ${String(mails.length)} mails`)
  for (const mail of mails) say(`  ${new Date(mail.acceptedAt).toISOString()}  ${mail.subject}`)
  const first = mails[0]
  if (first) say(`\nThe first of them:\n${first.text.replace(/^/gm, '  │ ')}`)
}

function untilAborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve()
    signal.addEventListener('abort', () => resolve(), { once: true })
  })
}
