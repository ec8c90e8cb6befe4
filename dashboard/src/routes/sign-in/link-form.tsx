import type { JSX } from 'solid-js'
import { answerOf, client } from '../../api.ts'
import { setSession } from '../../session.ts'
import { createTask } from '../../task.ts'
import { focusThis } from '../../ui/focus.ts'
import { ProblemNote } from '../../ui/problem.tsx'

/** A link is used by pressing the button, not by opening it: mail scanners open links. */
export function LinkForm(props: { token: string; done: () => void }): JSX.Element {
  const signIn = createTask(async () => {
    setSession(await answerOf(client.session.link.$post({ json: { token: props.token } })))
    props.done()
  })
  return (
    <form
      class="panel"
      onSubmit={(event) => {
        event.preventDefault()
        signIn.run()
      }}
    >
      <h1>Sign in</h1>
      <p>This link works once. After it you choose a password.</p>
      <ProblemNote problem={signIn.problem()} />
      <button class="primary" type="submit" disabled={signIn.isBusy()} ref={focusThis}>
        Sign in
      </button>
      <p class="dim">
        Has it been used or expired? <code>npx trunkline up</code> prints a new one when it starts,
        or{' '}
        <a href="/sign-in" onClick={() => props.done()}>
          sign in with your password
        </a>
        .
      </p>
    </form>
  )
}
