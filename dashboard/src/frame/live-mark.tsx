import { type JSX, Show } from 'solid-js'
import { now } from '../clock.ts'
import { answeredAt, link, type Link } from '../live.ts'
import { sayAge } from '../text/duration.ts'
import { useOverview } from './overview-context.ts'
import './live-mark.css'

const words: Record<Link, { word: string; means: string }> = {
  connecting: { word: 'connecting', means: 'Connecting to the server.' },
  live: { word: 'live', means: 'Changes arrive as they happen.' },
  polling: { word: 'polling', means: 'Live events are interrupted; the page asks every 5 s.' },
  lost: { word: 'lost', means: 'The server does not answer.' },
}

export function LiveMark(): JSX.Element {
  return (
    <span class="live" data-link={link()} title={words[link()].means} role="status">
      <span class="live-dot" aria-hidden="true" />
      {words[link()].word}
    </span>
  )
}

/** Says, over the whole width, that what is shown is old: a wall must not be believed then. */
export function LostBanner(): JSX.Element {
  const overview = useOverview()
  const since = () => {
    const read = overview.readAt() ?? answeredAt()
    return read === undefined ? undefined : (now() - read) / 1_000
  }
  return (
    <Show when={link() === 'lost' || overview.isOld()}>
      <p class="lost" role="alert">
        <strong>Not live.</strong>{' '}
        <Show when={since()} fallback="The server has not answered yet.">
          {(seconds) => (
            <>
              Everything here is <b>{sayAge(seconds())}</b> old
            </>
          )}
        </Show>
        <Show when={overview.problem()}>
          {(problem) => <span>: {problem().detail || problem().title}</span>}
        </Show>
      </p>
    </Show>
  )
}
