import { For, type JSX } from 'solid-js'
import { sayValue, visible } from '../text/visible.ts'
import './rows-table.css'

/** Rows of which only the shape is known: evidence, previews, the newest rows of a probe. */
export function RowsTable(props: {
  rows: readonly Record<string, unknown>[]
  caption: string
}): JSX.Element {
  const columns = () => [...new Set(props.rows.flatMap((row) => Object.keys(row)))]
  const numeric = (column: string) =>
    props.rows.every((row) => row[column] === null || typeof row[column] === 'number')
  return (
    <div class="scroll" tabindex="0" role="region" aria-label={props.caption}>
      <table class="rows cards">
        <caption class="visually-hidden">{props.caption}</caption>
        <thead>
          <tr>
            <For each={columns()}>
              {(column) => (
                <th scope="col" classList={{ number: numeric(column) }}>
                  {visible(column).replaceAll('_', ' ')}
                </th>
              )}
            </For>
          </tr>
        </thead>
        <tbody>
          <For each={props.rows}>
            {(row) => (
              <tr>
                <For each={columns()}>
                  {(column) => (
                    <td
                      classList={{ number: numeric(column) }}
                      data-label={visible(column).replaceAll('_', ' ')}
                    >
                      <bdi classList={{ long: isLong(row[column]) }}>{sayValue(row[column])}</bdi>
                    </td>
                  )}
                </For>
              </tr>
            )}
          </For>
        </tbody>
      </table>
    </div>
  )
}

const isLong = (value: unknown) => typeof value === 'string' && value.length > 40
