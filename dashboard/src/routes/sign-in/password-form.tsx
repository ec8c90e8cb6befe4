import { createSignal, type JSX } from 'solid-js'
import { answerOf, client, type Problem, problemOf } from '../../api.ts'
import { setSession } from '../../session.ts'
import { ProblemNote } from '../../ui/problem.tsx'

export function PasswordForm(): JSX.Element {
  const [problem, setProblem] = createSignal<Problem>()
  const [isBusy, setBusy] = createSignal(false)
  const signIn = async (fields: FormData) => {
    setBusy(true)
    setProblem(undefined)
    try {
      const json = { name: text(fields, 'name'), password: text(fields, 'password') }
      setSession(await answerOf(client.session.$post({ json })))
    } catch (error) {
      setProblem(problemOf(error))
    }
    setBusy(false)
  }
  return (
    <form
      class="panel"
      onSubmit={(event) => {
        event.preventDefault()
        void signIn(new FormData(event.currentTarget))
      }}
    >
      <h1>Sign in</h1>
      <label>
        <span>Name</span>
        <input name="name" autocomplete="username" required autofocus />
      </label>
      <label>
        <span>Password</span>
        <input name="password" type="password" autocomplete="current-password" required />
      </label>
      <ProblemNote problem={problem()} />
      <button class="primary" type="submit" disabled={isBusy()}>
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
