import { createSignal, type JSX, Show } from 'solid-js'
import { type AgentToken, answerOf, client } from '../../api.ts'
import { createTask } from '../../task.ts'
import { Moment } from '../../ui/moment.tsx'
import { ProblemNote } from '../../ui/problem.tsx'

/** Makes a single-use token, and the command to type on the other host. */
export function EnrolPanel(): JSX.Element {
  const [token, setToken] = createSignal<AgentToken>()
  const make = createTask(async (host: string) => {
    setToken(await answerOf(client['agent-tokens'].$post({ json: host ? { host } : {} })))
  })
  return (
    <section class="panel" aria-labelledby="enrol">
      <h2 id="enrol">Enrol another host</h2>
      <form
        class="buttons"
        onSubmit={(event) => {
          event.preventDefault()
          const host = new FormData(event.currentTarget).get('host')
          make.run(typeof host === 'string' ? host.trim() : '')
        }}
      >
        <label>
          <span>host name, or a pattern such as db-*</span>
          <input name="host" placeholder="*" autocomplete="off" />
        </label>
        <button type="submit">Make a token</button>
      </form>
      <ProblemNote problem={make.problem()} />
      <Show when={token()}>
        {(made) => (
          <>
            <p>
              On that host, before <Moment at={made().expiresAt} zone />; it works once:
            </p>
            <pre>
              npx trunkline agent enrol --server {made().server} --token {made().token} --ca-pin{' '}
              {made().caPin}
            </pre>
          </>
        )}
      </Show>
    </section>
  )
}
