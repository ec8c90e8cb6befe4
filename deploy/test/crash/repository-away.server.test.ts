import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { installCommand, startPostgres } from '../postgres.ts'
import { violationsOf } from './checker.ts'
import { cannotSetStage, setStage } from '../stage.ts'

const awaySeconds = 60

test.skipIf(cannotSetStage)(
  `the repository is away for ${awaySeconds} s under load: nothing lost, and everybody is told (else: ${installCommand})`,
  { timeout: 400_000 },
  async ({ signal }) => {
    await using repository = await startPostgres()
    const repositoryUrl = await repository.createDatabase('trunkline')
    await using stage = await setStage({
      signal,
      settings: { TRUNKLINE_REPOSITORY_URL: repositoryUrl },
    })
    const { sink, instanceId, stack } = stage
    const token = readFileSync(join(stack.home, 'admin-token'), 'utf8').trim()
    await sleep(8_000)
    await repository.stop('fast')
    const stoppedAt = Date.now()
    await sleep(2_000)

    for (const path of ['/api/v1/overview', '/api/v1/alerts', '/readyz']) {
      const answer = await fetch(`${stack.url}${path}`, {
        headers: { authorization: `Bearer ${token}` },
        signal: AbortSignal.timeout(15_000),
      })
      expect(answer.status, path).toBe(503)
      expect(answer.headers.get('content-type'), path).toContain('application/problem+json')
      expect(Number(answer.headers.get('retry-after')), path).toBeGreaterThan(0)
    }
    expect((await fetch(`${stack.url}/livez`)).status).toBe(200)

    await sleep(awaySeconds * 1_000 - (Date.now() - stoppedAt))
    await repository.start()
    const startedAt = Date.now()
    await stage.settle()

    const times = await stage.witnessedTimes()
    const meanwhile = times.filter((time) => time > stoppedAt && time < startedAt)
    expect(meanwhile.length).toBeGreaterThan(awaySeconds / 10)
    const witnessed = { instanceId, times }
    expect(
      await violationsOf({ repositoryUrl, mails: sink.mails, actionIds: [], witnessed }),
    ).toEqual([])
  },
)
