import { setTimeout as sleep } from 'node:timers/promises'
import postgres from 'postgres'
import type { Watched } from './watched.ts'

/** As rule C01 ships. */
const thresholdMs = 60_000

/**
 * Seconds from a blocked writer's wait passing the threshold to the mail server's yes. Every writer waits behind a
 * session of its own, so each is an alert of its own; they start at random instants and run side by side.
 */
export async function measureBlocked(
  { server, sink }: Watched,
  runs: number,
  say: (line: string) => void,
): Promise<number[]> {
  await using stack = new AsyncDisposableStack()
  const pairs = Array.from({ length: runs }, async (_, index) => {
    await sleep(index * 1_500 + Math.random() * 10_000)
    return await blockOne({ url: server.url, sink, id: index + 1, stack })
  })
  // They stay blocked until the last is told: a receiver gets at most 30 single messages a minute.
  const taken = await Promise.all(pairs)
  for (const [index, seconds] of taken.entries()) {
    say(`blocked past 60 s → mail, run ${index + 1}: ${seconds.toFixed(1)} s`)
  }
  return taken
}

async function blockOne(given: {
  url: string
  sink: Watched['sink']
  id: number
  /** Ends the sessions. */
  stack: AsyncDisposableStack
}): Promise<number> {
  const { url, sink, id, stack } = given
  const session = (name: string) =>
    postgres(url, {
      max: 1,
      onnotice: () => undefined,
      connection: { application_name: name },
    })
  const [holder, writer] = [session(`holder ${id}`), session(`writer ${id}`)]
  for (const sql of [writer, holder]) stack.defer(() => sql.end({ timeout: 1 }))
  await holder.unsafe('begin')
  await holder`update busy set id = id where id = ${id}`
  const [own] = await writer<{ pid: number }[]>`select pg_backend_pid() as pid`
  const waitsSince = Date.now()
  const waiting = writer`update busy set id = id where id = ${id}`
  waiting.catch(() => undefined)
  const isAbout = (mail: { text: string; subject: string }) =>
    mail.text.includes('C01') && mail.text.includes(`pid ${own?.pid})`)
  const page = await sink.waitFor(isAbout, thresholdMs + 90_000)
  return (page.acceptedAt - waitsSince - thresholdMs) / 1_000
}
