import { For, type JSX } from 'solid-js'
import { answerOf, client } from '../../api.ts'
import { createTitle } from '../../title.ts'
import { Watched } from '../../ui/watched.tsx'
import { createWatch } from '../../watch.ts'

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
        {(data) => (
          <For each={data().items}>
            {(probe) => (
              <section class="panel" id={probe.name} aria-labelledby={`probe-${probe.name}`}>
                <header>
                  <h2 id={`probe-${probe.name}`}>{probe.name}</h2>
                  <span class="dim">
                    once per {probe.scope}
                    {probe.role === 'any' ? '' : `, on a ${probe.role}`} · every {probe.every} ·
                    kept {probe.retention}
                  </span>
                </header>
                <p>{probe.summary}</p>
                <details>
                  <summary class="dim">
                    {probe.columns.length} columns, {probe.metrics.length} metrics
                  </summary>
                  <p class="columns">
                    <For each={probe.columns}>
                      {(column) => (
                        <span>
                          <code>{column.name}</code> <small class="dim">{column.role}</small>
                        </span>
                      )}
                    </For>
                  </p>
                  <ul class="metrics">
                    <For each={probe.metrics}>
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
            )}
          </For>
        )}
      </Watched>
    </div>
  )
}
