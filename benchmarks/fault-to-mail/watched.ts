import postgres from 'postgres'
import { answerOf, connectApi } from '../../deploy/src/api-access.ts'
import { startStack } from '../../deploy/src/demo/stack.ts'
import { waitFor } from '../../deploy/src/up/wait.ts'
import { startPostgres, type TestPostgres } from '../../deploy/test/postgres.ts'
import { type SmtpSink, startSmtpSink } from '../../deploy/test/smtp.ts'

export interface Watched extends AsyncDisposable {
  server: TestPostgres
  sink: SmtpSink
}

/** The whole of Trunkline as `npm start` starts it, as shipped, watching a PostgreSQL of its own; and an inbox. */
export async function startWatched({
  env,
  say,
}: {
  env: NodeJS.ProcessEnv
  say: (line: string) => void
}): Promise<Watched> {
  await using stack = new AsyncDisposableStack()
  const signal = AbortSignal.timeout(180_000)
  const sink = stack.use(await startSmtpSink())
  const server = stack.use(await startPostgres())
  await makeMonitor(server)
  const settings = {
    TRUNKLINE_SMTP_URL: sink.url,
    TRUNKLINE_MAIL_FROM: 'trunkline@example.org',
    TRUNKLINE_MAIL_TO: 'oncall@example.org',
  }
  const trunkline = stack.use(await startStack({ env, settings, say, signal }))
  const api = connectApi({ url: trunkline.url, home: trunkline.home })
  const uri = `postgres://monitor:bench@127.0.0.1:${server.port}/postgres`
  const { id } = await answerOf(api.instances.$post({ json: { uri, name: 'target' } }))
  await waitFor({
    ask: async () => {
      const param = { id: String(id) }
      const instance = await answerOf(api.instances[':id'].$get({ param }))
      return instance.state === 'up' && instance.health === 'ok' ? instance : undefined
    },
    timeoutMs: 60_000,
    signal,
    failure: (last) => `the watched server was not live within 60 s: ${last}`,
  })
  const owned = stack.move()
  return { server, sink, [Symbol.asyncDispose]: () => owned.disposeAsync() }
}

async function makeMonitor(server: TestPostgres): Promise<void> {
  const sql = postgres(server.url, { max: 1, onnotice: () => undefined })
  await sql.unsafe(`create role monitor login password 'bench'; grant pg_monitor to monitor;
                    create table busy (id int primary key); insert into busy select generate_series(1, 100)`)
  await sql.end({ timeout: 5 })
}
