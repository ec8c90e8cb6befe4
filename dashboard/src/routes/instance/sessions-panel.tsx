import { createMemo, createSignal, type JSX, Show } from 'solid-js'
import type { Samples } from '../../api.ts'
import { sayDuration } from '../../text/duration.ts'
import { oneLine, sayValue } from '../../text/visible.ts'
import { ListTable } from '../../ui/list-table.tsx'
import { Watched } from '../../ui/watched.tsx'
import type { Watch } from '../../watch.ts'
import { SampleAge } from './sample-age.tsx'

type Row = Samples['rows'][number]
const most = 100
const columns = ['pid#', 'database', 'who', 'state', 'waits for', 'transaction#', 'query'] as const

/** The sessions of the newest sample, those that matter first: blocked, then by how long their transaction is open. */
export function SessionsPanel(props: { watch: Watch<Samples> }): JSX.Element {
  const [isIdleShown, setIdleShown] = createSignal(false)
  const rows = createMemo(() =>
    (props.watch.data()?.rows ?? [])
      .filter((row) => isIdleShown() || row['state'] !== 'idle')
      .toSorted(byUrgency)
      .slice(0, most),
  )
  return (
    <section class="panel" id="connections" aria-labelledby="sessions-heading">
      <header>
        <h2 id="sessions-heading">Sessions</h2>
        <label class="inline">
          <input
            type="checkbox"
            checked={isIdleShown()}
            onChange={(event) => setIdleShown(event.currentTarget.checked)}
          />
          idle ones, too
        </label>
        <SampleAge watch={props.watch} />
      </header>
      <Watched watch={props.watch}>
        {() => (
          <Show when={rows().length > 0} fallback={<p class="dim">No session does anything.</p>}>
            <div class="scroll" tabindex="0" role="region" aria-label="Sessions">
              <ListTable class="sessions" columns={columns} rows={rows()}>
                {(row) => <SessionRow row={row} />}
              </ListTable>
            </div>
          </Show>
        )}
      </Watched>
    </section>
  )
}

function SessionRow(props: { row: Row }): JSX.Element {
  const words = (...names: string[]) =>
    names
      .map((name) => props.row[name])
      .filter((value) => typeof value === 'string' && value !== '')
      .map(sayValue)
      .join(' · ')
  const query = () => oneLine(typeof props.row['query'] === 'string' ? props.row['query'] : '')
  return (
    <tr classList={{ blocked: props.row['blocked'] === true }}>
      <td class="number" data-label="pid">
        {sayValue(props.row['pid'])}
      </td>
      <td data-label="database">
        <bdi>{words('database')}</bdi>
      </td>
      <td data-label="who">
        <bdi>
          {words('user_name', 'application_name', 'client_address') || words('backend_type')}
        </bdi>
      </td>
      <td data-label="state">
        {words('state')}
        <Show when={props.row['blocked'] === true}>
          {' '}
          <span class="tag strong">blocked</span>
        </Show>
      </td>
      <td data-label="waits for">{words('wait_event_type', 'wait_event')}</td>
      <td class="number" data-label="transaction">
        {seconds(props.row['transaction_seconds'])}
      </td>
      <td data-label="query">
        <code class="cut" title={query()}>
          {query()}
        </code>
      </td>
    </tr>
  )
}

function byUrgency(a: Row, b: Row): number {
  const blocked = Number(b['blocked'] === true) - Number(a['blocked'] === true)
  return blocked || value(b['transaction_seconds']) - value(a['transaction_seconds'])
}

const value = (field: unknown) => (typeof field === 'number' ? field : -1)
const seconds = (field: unknown) => (typeof field === 'number' ? sayDuration(field) : '')
