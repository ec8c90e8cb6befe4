import { For, type JSX, Show } from 'solid-js'
import type { AlertDetail, Transition } from '../../api.ts'
import { levelMark, type Shown } from '../../health.ts'
import { sayQuantity } from '../../text/quantity.ts'
import { visible } from '../../text/visible.ts'
import { StateMark } from '../../ui/mark.tsx'
import { Moment } from '../../ui/moment.tsx'
import { reasonWords, toldWords } from './told.ts'

/** Every change of the alert, newest first, and for each why somebody was or was not told. */
export function Timeline(props: {
  transitions: AlertDetail['transitions']
  unit: string
}): JSX.Element {
  const newestFirst = () => props.transitions.toSorted((a, b) => b.sequence - a.sequence)
  return (
    <section class="panel" aria-labelledby="timeline">
      <h2 id="timeline">Timeline</h2>
      <ol class="timeline">
        <For each={newestFirst()}>
          {(transition) => (
            <li>
              <p>
                <StateMark shown={shown(transition)} /> <Moment at={transition.at} zone />
                <Show when={transition.value !== null && props.unit}>
                  <span class="dim">
                    {' '}
                    at {sayQuantity(transition.value, props.unit)}
                    <Show when={transition.threshold !== null}>
                      {' '}
                      against {sayQuantity(transition.threshold, props.unit)}
                    </Show>
                  </span>
                </Show>
              </p>
              <p class="dim">
                {[
                  visible(reasonWords(transition.reason, transition.actor)),
                  transition.actor === null ? '' : `by ${visible(transition.actor)}`,
                  toldWords(transition.told),
                ]
                  .filter((words) => words !== '')
                  .join(' · ')}
              </p>
            </li>
          )}
        </For>
      </ol>
    </section>
  )
}

/** Changes of level and condition in their colour; what people did and what data did, in none. */
function shown(transition: Transition): Shown {
  const word = transition.kind.replaceAll('_', ' ')
  const isOfLevel = ['raised', 'level_up', 'level_down', 'recovering', 'resumed'].includes(
    transition.kind,
  )
  if (isOfLevel) return { mark: levelMark(transition.toLevel), word, old: false }
  return { mark: transition.kind === 'resolved' ? 'ok' : 'waiting', word, old: false }
}
