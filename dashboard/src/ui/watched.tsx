import { type JSX, Show } from 'solid-js'
import type { Watch } from '../watch.ts'
import { ProblemNote } from './problem.tsx'

/** What a watch has, once it has it; with the newest problem above what is still shown. */
export function Watched<T extends object>(props: {
  watch: Watch<T>
  children: (data: () => T) => JSX.Element
}): JSX.Element {
  // That the server is away is said once, over the whole page, while there is still something to show.
  const worthSaying = () => {
    const problem = props.watch.problem()
    const isAway = problem?.status === 0 || problem?.status === 503
    return isAway && props.watch.data() !== undefined ? undefined : problem
  }
  return (
    <>
      <ProblemNote problem={worthSaying()} />
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
