import { createSignal, For, type JSX, Show } from 'solid-js'
import { now, zone } from '../clock.ts'
import { sayMoment } from '../text/moment.ts'
import { visible } from '../text/visible.ts'
import type { Lines } from './lines.ts'

const mostRows = 60

/** The same numbers as a table, newest first, for who cannot use a picture. Made only when opened. */
export function ChartTable(props: {
  title: string
  lines: Lines
  say: (value: number | null | undefined) => string
}): JSX.Element {
  const [isOpen, setOpen] = createSignal(false)
  const rows = () =>
    props.lines.times
      .map((time, index) => ({ time, index }))
      .filter(({ index }) => props.lines.lines.some(({ values }) => values[index] !== null))
      .toReversed()
      .slice(0, mostRows)
  return (
    <details class="chart-table" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>
        as a table<span class="visually-hidden">: {props.title}</span>
      </summary>
      <Show when={isOpen()}>
        <div class="scroll" tabindex="0" role="region" aria-label={`${props.title}, as a table`}>
          <table>
            <thead>
              <tr>
                <th scope="col">time</th>
                <For each={props.lines.lines}>
                  {(line) => (
                    <th scope="col" class="number">
                      {visible(line.name)}
                    </th>
                  )}
                </For>
              </tr>
            </thead>
            <tbody>
              <For each={rows()}>
                {(row) => (
                  <tr>
                    <th scope="row">{sayMoment(row.time * 1_000, zone(), now())}</th>
                    <For each={props.lines.lines}>
                      {(line) => <td class="number">{props.say(line.values[row.index])}</td>}
                    </For>
                  </tr>
                )}
              </For>
            </tbody>
          </table>
        </div>
      </Show>
    </details>
  )
}
