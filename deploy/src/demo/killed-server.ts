import { repair } from './repair.ts'
import { alertOf, type Scenario } from './scenario.ts'
import { startTimeline } from './timeline.ts'
import { waitFor } from '../up/wait.ts'

/** Fault (b): the shop's postmaster gets SIGKILL; the action that the alert proposes starts it again. */
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
  if (!alert) return line.missing()
  const ordersBefore = shop.orders()
  await repair(scenario, line, {
    alert,
    done: () => `postmaster ${String(shop.server.pid())} runs, after its crash recovery`,
    proof: 'a later sample got in: the server accepts connections',
  })
  await line.expect('shop sells again', sellsAgain(scenario, ordersBefore), (orders) => ({
    detail: `${String(orders)} new orders`,
  }))
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
