import type { JSX } from 'solid-js'
import { answerOf, client } from '../../api.ts'
import { setSession } from '../../session.ts'
import { createTask } from '../../task.ts'
import { focusThis } from '../../ui/focus.ts'
import { ProblemNote } from '../../ui/problem.tsx'

export function PasswordForm(): JSX.Element {
  const signIn = createTask(async (name: string, password: string) => {
    setSession(await answerOf(client.session.$post({ json: { name, password } })))
  })
  return (
    <form
      class="panel"
      onSubmit={(event) => {
        event.preventDefault()
        const fields = new FormData(event.currentTarget)
        signIn.run(text(fields, 'name'), text(fields, 'password'))
      }}
    >
      <h1>Sign in</h1>
      <label>
        <span>Name</span>
        <input name="name" autocomplete="username" required ref={focusThis} />
      </label>
      <label>
        <span>Password</span>
        <input name="password" type="password" autocomplete="current-password" required />
      </label>
      <ProblemNote problem={signIn.problem()} />
      <button class="primary" type="submit" disabled={signIn.isBusy()}>
        Sign in
      </button>
      <p class="dim">
        First time? Open the one-time link that <code>trunkline up</code> printed.
      </p>
    </form>
  )
}

function text(fields: FormData, name: string): string {
  const value = fields.get(name)
  return typeof value === 'string' ? value : ''
}
