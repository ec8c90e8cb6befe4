import { createSignal, type JSX, Show } from 'solid-js'
import { type AgentToken, answerOf, client, type Problem, problemOf } from '../../api.ts'
import { Moment } from '../../ui/moment.tsx'
import { ProblemNote } from '../../ui/problem.tsx'

/** Makes a single-use token, and the command to type on the other host. */
export function EnrolPanel(): JSX.Element {
  const [token, setToken] = createSignal<AgentToken>()
  const [problem, setProblem] = createSignal<Problem>()
  const make = async (host: string) => {
    setProblem(undefined)
    try {
      setToken(await answerOf(client['agent-tokens'].$post({ json: host ? { host } : {} })))
    } catch (error) {
      setProblem(problemOf(error))
    }
  }
  return (
    <section class="panel" aria-labelledby="enrol">
      <h2 id="enrol">Enrol another host</h2>
      <form
        class="buttons"
        onSubmit={(event) => {
          event.preventDefault()
          const host = new FormData(event.currentTarget).get('host')
          void make(typeof host === 'string' ? host.trim() : '')
        }}
      >
        <label>
          <span>host name, or a pattern such as db-*</span>
          <input name="host" placeholder="*" autocomplete="off" />
        </label>
        <button type="submit">Make a token</button>
      </form>
      <ProblemNote problem={problem()} />
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
