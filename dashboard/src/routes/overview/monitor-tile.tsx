import { A } from '@solidjs/router'
import { type JSX, Show } from 'solid-js'
import type { Overview } from '../../api.ts'
import { now } from '../../clock.ts'
import { agentShown, type Shown } from '../../health.ts'
import { sayDuration } from '../../text/duration.ts'
import { sayQuantity } from '../../text/quantity.ts'
import { StateMark } from '../../ui/mark.tsx'
import { Age } from '../../ui/moment.tsx'

/** The engine evaluates what has arrived at least every 15 s; later than this it is not believed. */
const engineLateSeconds = 45

/** The first tile is the monitor itself: what follows is worth nothing if this is not well. */
export function MonitorTile(props: { overview: Overview; isOld: boolean }): JSX.Element {
  const agents = () => props.overview.agents
  const working = () => agents().filter((agent) => agent.state === 'ok').length
  const oldest = () => Math.max(0, ...agents().map((agent) => agent.spoolOldestSeconds ?? 0))
  const dropped = () => agents().reduce((sum, agent) => sum + (agent.droppedSamples ?? 0), 0)
  return (
    <section class="panel monitor" aria-label="Trunkline itself">
      <h2>Trunkline itself</h2>
      <dl class="facts">
        <div>
          <dt>agents</dt>
          <dd>
            <A href="/agents">
              <StateMark shown={agentsShown(props)} />
            </A>{' '}
            {working()} of {agents().length}
          </dd>
        </div>
        <div>
          <dt>engine</dt>
          <dd>
            <StateMark shown={engineShown(props)} /> evaluated{' '}
            <Age at={props.overview.engine.lastEvaluatedAt} />
            <Show when={props.overview.engine.lastEvaluatedAt}> ago</Show>
          </dd>
        </div>
        <div>
          <dt>oldest undelivered sample</dt>
          <dd>{oldest() === 0 ? 'none' : sayDuration(oldest())}</dd>
        </div>
        <div>
          <dt>samples dropped</dt>
          <dd>{sayQuantity(dropped())}</dd>
        </div>
      </dl>
    </section>
  )
}

function agentsShown(props: { overview: Overview; isOld: boolean }): Shown {
  const { agents } = props.overview
  const bad = agents.find((agent) => agent.state !== 'ok')
  if (agents.length === 0) return { mark: 'unknown', word: 'none', old: true }
  return bad ? agentShown(bad, props) : agentShown({ state: 'ok' }, props)
}

function engineShown(props: { overview: Overview; isOld: boolean }): Shown {
  const { leader, lastEvaluatedAt } = props.overview.engine
  if (props.isOld) return { mark: 'stale', word: 'stale', old: true }
  if (!lastEvaluatedAt) return { mark: 'unknown', word: 'never ran', old: true }
  const late = (now() - Date.parse(lastEvaluatedAt)) / 1_000 > engineLateSeconds
  if (!late && leader) return { mark: 'ok', word: 'ok', old: false }
  return { mark: 'critical', word: late ? 'behind' : 'no leader', old: false }
}
