import { type RouteSectionProps, useLocation, useNavigate } from '@solidjs/router'
import { createEffect, createResource, ErrorBoundary, type JSX, Show, Suspense } from 'solid-js'
import { problemOf } from '../api.ts'
import { loadSession, session } from '../session.ts'
import { ProblemNote } from '../ui/problem.tsx'
import { Frame } from './frame.tsx'

const retryMs = 3_000

/** Around every page: who is signed in decides between the frame and the sign-in page. */
export function Root(props: RouteSectionProps): JSX.Element {
  const location = useLocation()
  const navigate = useNavigate()
  const [asked, { refetch }] = createResource(async () => {
    await loadSession()
    return true
  })
  const isSignIn = () => location.pathname === '/sign-in'
  createEffect(() => {
    if (asked.error !== undefined) setTimeout(() => void refetch(), retryMs)
  })
  createEffect(() => {
    const known = session()
    if (!known || isSignIn()) return
    const next = location.pathname + location.search
    if (!known.account || known.needsPassword)
      navigate(`/sign-in?next=${encodeURIComponent(next)}`, { replace: true })
  })
  return (
    <Show
      when={session()}
      fallback={
        <main class="lone">
          <Show when={asked.error} fallback={<p class="dim">Reading…</p>}>
            <ProblemNote problem={problemOf(asked.error)} />
          </Show>
        </main>
      }
    >
      {(known) => (
        <ErrorBoundary fallback={(error: unknown) => <Broken error={error} />}>
          <Suspense>
            <Show
              when={!isSignIn() && known().account && !known().needsPassword}
              fallback={<Show when={isSignIn()}>{props.children}</Show>}
            >
              <Frame>{props.children}</Frame>
            </Show>
          </Suspense>
        </ErrorBoundary>
      )}
    </Show>
  )
}

function Broken(props: { error: unknown }): JSX.Element {
  return (
    <main class="lone">
      <ProblemNote problem={problemOf(props.error)} />
      <p>
        <a href="/" rel="external">
          Load the page again
        </a>
      </p>
    </main>
  )
}
