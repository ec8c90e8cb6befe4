import { For, type JSX, Show } from 'solid-js'
import { sayValue, visible } from '../text/visible.ts'
import { Fact } from './fact.tsx'
import './rows-table.css'

interface Props {
  rows: readonly Record<string, unknown>[]
  caption: string
}

/** Rows of which only the shape is known: evidence, previews, the newest rows of a probe. One row is a list. */
export function RowsTable(props: Props): JSX.Element {
  return (
    <Show
      when={props.rows.length === 1 ? props.rows[0] : undefined}
      fallback={<Several {...props} />}
    >
      {(row) => <One row={row()} />}
    </Show>
  )
}

function One(props: { row: Record<string, unknown> }): JSX.Element {
  return (
    <dl class="facts one-row">
      <For each={Object.entries(props.row)}>
        {([name, value]) => (
          <Fact name={heading(name)}>
            <bdi classList={{ long: isLong(value) }}>{sayValue(value)}</bdi>
          </Fact>
        )}
      </For>
    </dl>
  )
}

function Several(props: Props): JSX.Element {
  const columns = () => [...new Set(props.rows.flatMap((row) => Object.keys(row)))]
  const numeric = (column: string) =>
    props.rows.some((row) => typeof row[column] === 'number') &&
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
                  {heading(column)}
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
                    <td classList={{ number: numeric(column) }} data-label={heading(column)}>
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

const heading = (column: string) => visible(column).replaceAll('_', ' ')
const isLong = (value: unknown) => typeof value === 'string' && value.length > 40
