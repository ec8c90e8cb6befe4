import { For, type JSX } from 'solid-js'

interface Props<T> {
  /** Headings; one that ends in `#` is of numbers. */
  columns: readonly string[]
  rows: readonly T[]
  class?: string
  /** One `tr`; each `td` with a `data-label` names itself where a row becomes a card. */
  children: (row: T) => JSX.Element
}

/** A table of known columns; on a narrow screen its rows become cards. */
export function ListTable<T>(props: Props<T>): JSX.Element {
  return (
    <table class={`cards ${props.class ?? ''}`}>
      <thead>
        <tr>
          <For each={props.columns}>
            {(column) => (
              <th scope="col" classList={{ number: column.endsWith('#') }}>
                {column.replace('#', '')}
              </th>
            )}
          </For>
        </tr>
      </thead>
      <tbody>
        <For each={props.rows}>{(row) => props.children(row)}</For>
      </tbody>
    </table>
  )
}
