import { useLocation, useNavigate, useSearchParams } from '@solidjs/router'
import { createEffect, createSignal, type JSX, lazy, on, onCleanup, Show, Suspense } from 'solid-js'
import { createKeys } from '../keys.ts'
import { startLive } from '../live.ts'
import { notice } from '../notices.ts'
import { AlertCounts } from './alert-counts.tsx'
import { Clock } from './clock.tsx'
import { LiveMark, LostBanner } from './live-mark.tsx'
import { Navigation } from './navigation.tsx'
import { createOverview, OverviewContext } from './overview-context.ts'
import { Search } from './search.tsx'
import { ThemeButton } from './theme-button.tsx'
import './frame.css'

const HelpDialog = lazy(async () => ({ default: (await import('./help-dialog.tsx')).HelpDialog }))

/** What stands around every page of somebody signed in. With `?kiosk` only what a wall needs. */
export function Frame(props: { children: JSX.Element }): JSX.Element {
  startLive()
  const overview = createOverview()
  const [query] = useSearchParams()
  const [isHelpOpen, setHelpOpen] = createSignal(false)
  const isKiosk = () => query['kiosk'] !== undefined
  const main = createFocusOnPage()
  createKioskSize(isKiosk)
  createPlaces(() => setHelpOpen(true))
  return (
    <OverviewContext.Provider value={overview}>
      <a class="skip" href="#main" target="_self">
        Skip to the page
      </a>
      <header class="top" classList={{ kiosk: isKiosk() }}>
        <a class="brand" href="/">
          <img src="/favicon.svg" alt="" width="22" height="22" />
          Trunkline
        </a>
        <Show when={!isKiosk()}>
          <Navigation />
          <Search />
        </Show>
        <AlertCounts />
        <LiveMark />
        <Clock />
        <Show when={!isKiosk()}>
          <ThemeButton />
          <button class="quiet" aria-label="Help and keys" onClick={() => setHelpOpen(true)}>
            ?
          </button>
        </Show>
      </header>
      <LostBanner />
      <main id="main" tabindex="-1" ref={main}>
        <Suspense fallback={<p class="dim">Reading…</p>}>{props.children}</Suspense>
      </main>
      <p class="notice" role="status" classList={{ shown: notice() !== '' }}>
        {notice()}
      </p>
      <Show when={isHelpOpen()}>
        <Suspense>
          <HelpDialog close={() => setHelpOpen(false)} />
        </Suspense>
      </Show>
    </OverviewContext.Provider>
  )
}

/** A new page begins at its top, also for who does not see it change. */
function createFocusOnPage() {
  const location = useLocation()
  let element: HTMLElement | undefined
  createEffect(
    on(
      () => location.pathname,
      () => element?.focus({ preventScroll: true }),
      { defer: true },
    ),
  )
  return (main: HTMLElement) => {
    element = main
  }
}

function createKioskSize(isKiosk: () => boolean) {
  createEffect(() => document.documentElement.classList.toggle('kiosk', isKiosk()))
  onCleanup(() => document.documentElement.classList.remove('kiosk'))
}

function createPlaces(help: () => void) {
  const navigate = useNavigate()
  createKeys({
    '?': help,
    'g o': () => navigate('/'),
    'g a': () => navigate('/alerts'),
    'g r': () => navigate('/actions'),
    'g n': () => navigate('/notifications'),
    'g h': () => navigate('/agents'),
  })
}
