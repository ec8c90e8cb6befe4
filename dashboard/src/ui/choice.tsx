import { For, type JSX, Show } from 'solid-js'

interface Props {
  name: string
  value: string | undefined
  any?: string
  options: readonly { value: string; name: string }[]
  change(value: string | undefined): void
}

/** One of several values, or none of them when `any` names that choice. */
export function Choice(props: Props): JSX.Element {
  return (
    <label>
      <span>{props.name}</span>
      <select onChange={(event) => props.change(event.currentTarget.value || undefined)}>
        <Show when={props.any}>
          {(any) => (
            <option value="" selected={props.value === undefined}>
              {any()}
            </option>
          )}
        </Show>
        <For each={props.options}>
          {(option) => (
            <option value={option.value} selected={option.value === props.value}>
              {option.name}
            </option>
          )}
        </For>
      </select>
    </label>
  )
}
