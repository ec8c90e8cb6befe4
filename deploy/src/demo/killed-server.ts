import { waitFor } from '../up/wait.ts'
import { alertOf, mailLine, mailOf, type Scenario } from './scenario.ts'
import { startTimeline } from './timeline.ts'

/** Fault (b): the shop's postmaster gets SIGKILL, and is started again once the page has come. */
export async function showKilledServer(scenario: Scenario): Promise<readonly string[]> {
  const { shop } = scenario
  const pid = shop.server.pid()
  const line = startTimeline('(b) the shop is killed with SIGKILL and started again', scenario.say)
  const since = Date.now()
  await shop.server.kill()
  line.mark('fault', `postmaster ${String(pid)} got SIGKILL`)

  const alert = await line.expect(
    'detected',
    alertOf(scenario, {
      rule: 'instanceDown',
      since,
      suits: (one) => one.level === 3,
      timeoutMs: 45_000,
    }),
    (one) => ({ detail: one.message, at: Date.parse(one.raisedAt ?? '') }),
  )
  if (alert) {
    await line.expect(
      'page delivered',
      mailOf(scenario, alert, { resolved: false, timeoutMs: 20_000 }),
      mailLine,
    )
    for (const step of ['action proposed', 'dry run', 'action run'])
      line.none(step, 'none: no runbook starts a server (risk class R3); a person does')
  }
  const ordersBefore = shop.orders()
  await line.expect('started again', shop.server.start(), () => ({
    detail: `postmaster ${String(shop.server.pid())}; it recovers from its write-ahead log`,
  }))
  await line.expect('verified', sellsAgain(scenario, ordersBefore), (orders) => ({
    detail: `the shop sells again: ${String(orders)} new orders`,
  }))
  if (alert)
    await line.expect(
      'resolved mail',
      mailOf(scenario, alert, { resolved: true, timeoutMs: 60_000 }),
      mailLine,
    )
  return line.missing()
}

function sellsAgain({ shop, signal }: Scenario, before: number): Promise<number> {
  return waitFor({
    ask: () => Promise.resolve(shop.orders() > before ? shop.orders() - before : undefined),
    timeoutMs: 30_000,
    signal,
    failure: () => 'no order was committed within 30 s of the start',
  })
}
