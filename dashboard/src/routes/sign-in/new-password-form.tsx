import type { JSX } from 'solid-js'
import { answerOf, client } from '../../api.ts'
import { loadSession, session } from '../../session.ts'
import { createTask } from '../../task.ts'
import { visible } from '../../text/visible.ts'
import { focusThis } from '../../ui/focus.ts'
import { ProblemNote } from '../../ui/problem.tsx'

const shortest = 10

export function NewPasswordForm(): JSX.Element {
  const save = createTask(async (password: string) => {
    await answerOf(client.session.password.$put({ json: { password } }))
    await loadSession()
  })
  return (
    <form
      class="panel"
      onSubmit={(event) => {
        event.preventDefault()
        const password = new FormData(event.currentTarget).get('password')
        if (typeof password === 'string') save.run(password)
      }}
    >
      <h1>Choose a password</h1>
      <p>
        You are signed in as <bdi>{visible(session()?.account?.name ?? '')}</bdi>. Next time you
        sign in with this name and the password.
      </p>
      {/* Password managers file the new password under this name. */}
      <input
        class="visually-hidden"
        name="name"
        autocomplete="username"
        tabindex="-1"
        aria-hidden="true"
        readonly
        value={session()?.account?.name ?? ''}
      />
      <label>
        <span>New password, at least {shortest} characters</span>
        <input
          name="password"
          type="password"
          autocomplete="new-password"
          minlength={shortest}
          required
          ref={focusThis}
        />
      </label>
      <ProblemNote problem={save.problem()} />
      <button class="primary" type="submit" disabled={save.isBusy()}>
        Set the password
      </button>
    </form>
  )
}
