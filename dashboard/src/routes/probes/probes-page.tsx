import { For, type JSX } from 'solid-js'
import { answerOf, client, type ProbeDescription } from '../../api.ts'
import { sayWritten } from '../../text/duration.ts'
import { createTitle } from '../../title.ts'
import { Watched } from '../../ui/watched.tsx'
import { createWatch } from '../../watch.ts'
import './probes.css'

/** What is collected: the catalogue of probes and the metrics each becomes. */
export function ProbesPage(): JSX.Element {
  const probes = createWatch({
    source: () => 'probes',
    read: (_, signal) => answerOf(client.probes.$get({}, { init: { signal } })),
    everyMs: 0,
  })
  createTitle(() => 'Probes')
  return (
    <div class="page">
      <h1>Probes</h1>
      <Watched watch={probes}>
        {(data) => <For each={data().items}>{(probe) => <ProbePanel probe={probe} />}</For>}
      </Watched>
    </div>
  )
}

function ProbePanel(props: { probe: ProbeDescription }): JSX.Element {
  return (
    <section class="panel" id={props.probe.name} aria-labelledby={`probe-${props.probe.name}`}>
      <header>
        <h2 id={`probe-${props.probe.name}`}>{props.probe.name}</h2>
        <span class="dim">
          once per {props.probe.scope}
          {props.probe.role === 'any' ? '' : `, on a ${props.probe.role}`} · every{' '}
          {sayWritten(props.probe.every)} · kept {sayWritten(props.probe.retention)}
        </span>
      </header>
      <p>{props.probe.summary}</p>
      <details>
        <summary class="dim">
          {props.probe.columns.length} columns, {props.probe.metrics.length} metrics
        </summary>
        <p class="columns">
          <For each={props.probe.columns}>
            {(column) => (
              <span>
                <code>{column.name}</code> <small class="dim">{column.role}</small>
              </span>
            )}
          </For>
        </p>
        <ul class="metrics">
          <For each={props.probe.metrics}>
            {(metric) => (
              <li>
                <code>{metric.name}</code>{' '}
                <small class="dim">
                  {metric.kind}, {metric.unit}
                </small>{' '}
                {metric.description}
              </li>
            )}
          </For>
        </ul>
      </details>
    </section>
  )
}
