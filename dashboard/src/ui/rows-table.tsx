import { For, type JSX, Show } from 'solid-js'
import { sayValue, visible } from '../text/visible.ts'
import { Fact } from './fact.tsx'
import { Moment } from './moment.tsx'
import './rows-table.css'

interface Props {
  rows: readonly Record<string, unknown>[]
  caption: string
  /** In this order; without it as they come. */
  columns?: readonly string[]
}

/** Rows of which only the shape is known: evidence, previews, the newest rows of a probe. One row is a list. */
export function RowsTable(props: Props): JSX.Element {
  return (
    <Show
      when={props.rows.length === 1 ? props.rows[0] : undefined}
      fallback={<Several {...props} />}
    >
      {(row) => <One row={row()} columns={props.columns ?? Object.keys(row())} />}
    </Show>
  )
}

function One(props: { row: Record<string, unknown>; columns: readonly string[] }): JSX.Element {
  return (
    <dl class="facts one-row">
      <For each={props.columns}>
        {(name) => (
          <Fact name={heading(name)}>
            <Value value={props.row[name]} column={name} />
          </Fact>
        )}
      </For>
    </dl>
  )
}

function Several(props: Props): JSX.Element {
  const columns = () => props.columns ?? [...new Set(props.rows.flatMap((row) => Object.keys(row)))]
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
                      <Value value={row[column]} column={column} />
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

/** Times in the zone of the page, everything else as it is. */
function Value(props: { value: unknown; column: string }): JSX.Element {
  const time = () =>
    typeof props.value === 'string' && isTime.test(props.value) ? props.value : undefined
  return (
    <Show
      when={time()}
      fallback={
        <bdi
          classList={{
            long: isLong(props.value),
            statement: isStatement.test(props.column) && props.value !== null,
          }}
        >
          {sayValue(props.value)}
        </bdi>
      }
    >
      {(at) => <Moment at={at()} />}
    </Show>
  )
}

const isStatement = /(^|_)query$/
const isTime = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:?\d\d)$/
const heading = (column: string) => visible(column).replaceAll('_', ' ')
const isLong = (value: unknown) => typeof value === 'string' && value.length > 40
