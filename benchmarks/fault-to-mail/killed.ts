import { setTimeout as sleep } from 'node:timers/promises'
import type { Watched } from './watched.ts'

/** Seconds from SIGKILL of the postmaster to the mail server's yes, at random instants of the probes' rhythm. */
export async function measureKilled(
  { server, sink }: Watched,
  runs: number,
  say: (line: string) => void,
): Promise<number[]> {
  const taken: number[] = []
  for (let run = 1; run <= runs; run += 1) {
    await sleep(3_000 + Math.random() * 10_000)
    const before = sink.mails.length
    const isNew = (mail: { subject: string }, start: string) =>
      sink.mails.findIndex((one) => one === mail) >= before && mail.subject.startsWith(start)
    const killedAt = Date.now()
    await server.kill()
    const page = await sink.waitFor(
      (mail) => isNew(mail, '[critical]') && mail.text.includes('A01'),
      60_000,
    )
    taken.push((page.acceptedAt - killedAt) / 1_000)
    say(`killed → mail, run ${run}: ${((page.acceptedAt - killedAt) / 1_000).toFixed(1)} s`)
    await server.start()
    await sink.waitFor((mail) => isNew(mail, '[resolved]') && mail.text.includes('A01'), 60_000)
  }
  return taken
}
