import { A } from '@solidjs/router'
import type { JSX } from 'solid-js'
import { createTitle } from '../../title.ts'

export function MissingPage(): JSX.Element {
  createTitle(() => 'No such page')
  return (
    <div class="page">
      <h1>There is no such page</h1>
      <p>
        The address may be mistyped, or what it showed is gone. Go to the <A href="/">overview</A>{' '}
        or the <A href="/alerts?state=all">alerts</A>.
      </p>
    </div>
  )
}
