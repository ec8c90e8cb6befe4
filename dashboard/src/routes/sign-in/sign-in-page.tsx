import { useNavigate, useSearchParams } from '@solidjs/router'
import { createEffect, type JSX, Match, Switch } from 'solid-js'
import { session } from '../../session.ts'
import { createTitle } from '../../title.ts'
import { LinkForm } from './link-form.tsx'
import { NewPasswordForm } from './new-password-form.tsx'
import { PasswordForm } from './password-form.tsx'
import './sign-in.css'

/** By a one-time link, after which a password is set, or by name and password. */
export function SignInPage(): JSX.Element {
  createTitle(() => 'Sign in')
  const [query, setQuery] = useSearchParams<{ token?: string; next?: string }>()
  const navigate = useNavigate()
  const isIn = () => Boolean(session()?.account)
  createEffect(() => {
    const known = session()
    if (known?.account && !known.needsPassword && !query.token)
      navigate(ownPath(query.next), { replace: true })
  })
  return (
    <main class="lone sign-in">
      <p class="brand">
        <img src="/favicon.svg" alt="" width="28" height="28" />
        Trunkline
      </p>
      <Switch fallback={<PasswordForm />}>
        <Match when={query.token}>
          {(token) => (
            <LinkForm
              token={token()}
              done={() => setQuery({ token: undefined }, { replace: true })}
            />
          )}
        </Match>
        <Match when={isIn() && session()?.needsPassword}>
          <NewPasswordForm />
        </Match>
      </Switch>
    </main>
  )
}

/** Where to go afterwards: a path of ours, never another site. */
function ownPath(next: string | undefined): string {
  if (!next) return '/'
  const url = new URL(next, location.origin)
  return url.origin === location.origin && url.pathname !== '/sign-in'
    ? url.pathname + url.search
    : '/'
}
