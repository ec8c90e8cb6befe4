import { type JSX, Show } from 'solid-js'
import type { Watch } from '../watch.ts'
import { ProblemNote } from './problem.tsx'

/** What a watch has, once it has it; with the newest problem above what is still shown. */
export function Watched<T extends object>(props: {
  watch: Watch<T>
  children: (data: () => T) => JSX.Element
}): JSX.Element {
  return (
    <>
      <ProblemNote problem={props.watch.problem()} />
      <Show
        when={props.watch.data()}
        fallback={
          <Show when={!props.watch.problem()}>
            <p class="dim" aria-busy="true">
              Reading…
            </p>
          </Show>
        }
      >
        {(data) => props.children(data)}
      </Show>
    </>
  )
}
