import type { JSX } from 'solid-js'

/** One named value of a `dl.facts`. */
export function Fact(props: { name: string; children: JSX.Element }): JSX.Element {
  return (
    <div>
      <dt>{props.name}</dt>
      <dd>{props.children}</dd>
    </div>
  )
}
