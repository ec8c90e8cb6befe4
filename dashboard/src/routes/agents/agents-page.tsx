import { type JSX, Show } from 'solid-js'
import { type Agent, answerOf, client } from '../../api.ts'
import { agentShown } from '../../health.ts'
import { can } from '../../session.ts'
import { sayDuration } from '../../text/duration.ts'
import { sayQuantity } from '../../text/quantity.ts'
import { visible } from '../../text/visible.ts'
import { createTitle } from '../../title.ts'
import { ListTable } from '../../ui/list-table.tsx'
import { StateMark } from '../../ui/mark.tsx'
import { Age, Moment } from '../../ui/moment.tsx'
import { Empty } from '../../ui/problem.tsx'
import { Watched } from '../../ui/watched.tsx'
import { createWatch } from '../../watch.ts'
import { EnrolPanel } from './enrol-panel.tsx'

const columns = [
  'state',
  'agent',
  'last heard#',
  'in its spool#',
  'dropped#',
  'worker restarts#',
  'clock#',
  'enrolled',
] as const

/** The agents, which are where all data comes from: when each was last heard, and what it holds back. */
export function AgentsPage(): JSX.Element {
  const agents = createWatch({
    source: () => 'agents',
    read: (_, signal) => answerOf(client.agents.$get({}, { init: { signal } })),
    everyMs: 5_000,
  })
  createTitle(() => 'Agents')
  return (
    <div class="page">
      <h1>Agents</h1>
      <section class="panel" aria-label="Agents">
        <Watched watch={agents}>
          {(data) => (
            <Show
              when={data().items.length > 0}
              fallback={
                <Empty command="npx trunkline agent token">
                  No agent is enrolled. Make a token for the first one:
                </Empty>
              }
            >
              <ListTable columns={columns} rows={data().items}>
                {(agent) => <Row agent={agent} isOld={agents.isOld()} />}
              </ListTable>
            </Show>
          )}
        </Watched>
      </section>
      <Show when={can('admin')}>
        <EnrolPanel />
      </Show>
    </div>
  )
}

function Row(props: { agent: Agent; isOld: boolean }): JSX.Element {
  return (
    <tr>
      <td>
        <StateMark shown={agentShown(props.agent, props)} />
      </td>
      <td>
        <b>
          <bdi>{visible(props.agent.name)}</bdi>
        </b>{' '}
        <small class="dim">
          on <bdi>{visible(props.agent.host.name)}</bdi> ·{' '}
          {props.agent.version ?? 'version unknown'}
        </small>
      </td>
      <td class="number" data-label="last heard">
        <Age at={props.agent.lastSeenAt} />
      </td>
      <td class="number" data-label="in its spool">
        {sayQuantity(props.agent.spoolBytes, 'By')}
        <Show when={props.agent.spoolOldestSeconds}>
          {(seconds) => <small class="dim"> oldest {sayDuration(seconds())}</small>}
        </Show>
      </td>
      <td class="number" data-label="dropped">
        {sayQuantity(props.agent.droppedSamples)}
      </td>
      <td class="number" data-label="worker restarts">
        {sayQuantity(props.agent.workerRestarts)}
      </td>
      <td class="number" data-label="clock">
        {props.agent.clockSkewSeconds === null
          ? '–'
          : `${sayDuration(props.agent.clockSkewSeconds)} off`}
      </td>
      <td data-label="enrolled">
        <Moment at={props.agent.enrolledAt} />
      </td>
    </tr>
  )
}
