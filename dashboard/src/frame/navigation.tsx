import { A, useLocation } from '@solidjs/router'
import { createEffect, createSignal, For, type JSX, on, Show } from 'solid-js'
import { notify } from '../notices.ts'
import { session, signOut } from '../session.ts'
import { visible } from '../text/visible.ts'
import './navigation.css'

const places = [
  { href: '/', name: 'Overview' },
  { href: '/alerts', name: 'Alerts' },
  { href: '/actions', name: 'Actions' },
  { href: '/notifications', name: 'Notifications' },
  { href: '/agents', name: 'Agents' },
  { href: '/rules', name: 'Rules' },
  { href: '/probes', name: 'Probes' },
] as const

/** The pages, and who is signed in. On a narrow screen behind a button. */
export function Navigation(): JSX.Element {
  const location = useLocation()
  const [isOpen, setOpen] = createSignal(false)
  createEffect(
    on(
      () => location.pathname,
      () => setOpen(false),
    ),
  )
  return (
    <>
      <button
        class="quiet menu-button"
        aria-expanded={isOpen()}
        aria-controls="navigation"
        onClick={() => setOpen(!isOpen())}
      >
        Menu
      </button>
      <nav id="navigation" aria-label="Pages" classList={{ open: isOpen() }}>
        <ul>
          <For each={places}>
            {(place) => (
              <li>
                <A href={place.href} end={place.href === '/'} activeClass="here" inactiveClass="">
                  {place.name}
                </A>
              </li>
            )}
          </For>
        </ul>
        <Show when={session()?.account}>
          {(account) => (
            <p class="account">
              <span class="dim" title={account().role}>
                <bdi>{visible(account().name)}</bdi>
              </span>
              <button
                class="quiet"
                onClick={() => void signOut().catch(() => notify('Could not sign out.'))}
              >
                Sign out
              </button>
            </p>
          )}
        </Show>
      </nav>
    </>
  )
}
