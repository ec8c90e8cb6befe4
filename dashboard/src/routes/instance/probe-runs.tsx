import { For, type JSX, Show } from 'solid-js'
import { answerOf, client, type ProbeDescription, type Samples } from '../../api.ts'
import { sayDuration } from '../../text/duration.ts'
import { sayQuantity } from '../../text/quantity.ts'
import { visible } from '../../text/visible.ts'
import { StateMark } from '../../ui/mark.tsx'
import { Age } from '../../ui/moment.tsx'
import { RowsTable } from '../../ui/rows-table.tsx'
import { Watched } from '../../ui/watched.tsx'
import { createWatch } from '../../watch.ts'

interface Target {
  id: number
  host: { id: number }
}
interface Run {
  probe: ProbeDescription
  samples: Samples
}

/** How the newest run of every probe on this instance went; its rows, and why it failed and what mends that. */
export function ProbeRuns(props: { instance: Target }): JSX.Element {
  const runs = createWatch({
    source: () => ({ id: props.instance.id, host: props.instance.host.id }),
    read: async ({ id, host }, signal) => {
      const probes = await answerOf(client.probes.$get({}, { init: { signal } }))
      const items = await Promise.all(
        probes.items.map(async (probe): Promise<Run> => {
          const query = probe.scope === 'host' ? { host: String(host) } : { instance: String(id) }
          const asked = client.samples[':probe'].$get(
            { param: { probe: probe.name }, query },
            { init: { signal } },
          )
          return { probe, samples: await answerOf(asked) }
        }),
      )
      return { items }
    },
    everyMs: 30_000,
    whole: true,
  })
  return (
    <Watched watch={runs}>
      {(data) => (
        <ul class="runs">
          <For each={data().items}>{(run) => <RunLine run={run} />}</For>
        </ul>
      )}
    </Watched>
  )
}

function RunLine(props: { run: Run }): JSX.Element {
  const run = () => props.run.samples.run
  const shown = () => {
    const newest = run()
    if (!newest) return { mark: 'unknown', word: 'never ran', old: true } as const
    return newest.ok
      ? ({ mark: 'ok', word: 'ok', old: false } as const)
      : ({ mark: 'warning', word: `failed ×${newest.consecutiveFailures}`, old: false } as const)
  }
  return (
    <li>
      <details>
        <summary>
          <b>{props.run.probe.name}</b> <StateMark shown={shown()} />{' '}
          <span class="dim">
            {sayQuantity(props.run.samples.rows.length, '{row}')} ·{' '}
            <Age at={props.run.samples.collectedAt} />
            <Show when={run()}>
              {(newest) => <> · took {sayDuration(newest().durationSeconds)}</>}
            </Show>
            <Show when={run()?.cutRows}>{(cut) => <> · {cut()} rows cut</>}</Show>
          </span>
        </summary>
        <p class="dim">{props.run.probe.summary}</p>
        <Show when={props.run.samples.rows.length > 0}>
          <RowsTable
            rows={props.run.samples.rows}
            columns={props.run.samples.columns.map(({ name }) => name)}
            caption={`Newest rows of ${props.run.probe.name}`}
          />
        </Show>
      </details>
      <Show when={run()?.error}>
        {(error) => (
          <div class="problem">
            <p>
              {visible(error())}
              <Show when={run()?.sqlstate}>
                {(state) => <span class="dim"> (SQLSTATE {state()})</span>}
              </Show>
            </p>
            <Show when={run()?.hint}>
              {(hint) => <pre>{visible(hint(), { lines: true })}</pre>}
            </Show>
          </div>
        )}
      </Show>
    </li>
  )
}
