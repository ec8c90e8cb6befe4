import { A } from '@solidjs/router'
import { For, type JSX, Show } from 'solid-js'
import { StateMark } from '../ui/mark.tsx'
import { useOverview } from './overview-context.ts'

const levels = ['critical', 'warning', 'info'] as const

/** How many alerts are firing, by level; a change is said aloud, politely unless one is critical. */
export function AlertCounts(): JSX.Element {
  const overview = useOverview()
  const counts = () => overview.data()?.counts
  const firing = () => levels.filter((level) => (counts()?.[level] ?? 0) > 0)
  const said = () =>
    firing()
      .map((level) => `${counts()?.[level]} ${level}`)
      .join(', ') || 'no alerts'
  return (
    <Show when={counts()}>
      <ul class="counts">
        <For each={firing()}>
          {(level) => (
            <li>
              <A
                href={`/alerts?level=${level}`}
                aria-label={`${counts()?.[level]} ${level} alerts`}
              >
                <StateMark
                  shown={{ mark: level, word: String(counts()?.[level]), old: overview.isOld() }}
                />
              </A>
            </li>
          )}
        </For>
      </ul>
      <span
        class="visually-hidden"
        aria-live={firing().includes('critical') ? 'assertive' : 'polite'}
      >
        {said()}
      </span>
    </Show>
  )
}
