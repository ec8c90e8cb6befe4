import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { postgresMajors, startPostgres } from '../test/postgres.ts'
import { answerOf, connectApi } from './api-access.ts'
import { startStack } from './demo/stack.ts'
import { waitFor } from './up/wait.ts'

const patience = () => AbortSignal.timeout(100_000)
const quietly = () => undefined

test("with a repository of one's own nothing is embedded, and it can be added as an instance", async () => {
  const major = postgresMajors().find((one) => one >= 15) ?? 18
  await using server = await startPostgres({ major })
  const url = await server.createDatabase('trunkline')
  await using stack = await startStack({
    env: process.env,
    settings: { TRUNKLINE_REPOSITORY_URL: url },
    say: quietly,
    signal: patience(),
  })
  expect(stack.printed()).toContain(`the PostgreSQL at 127.0.0.1:${String(server.port)}`)
  expect(existsSync(join(stack.home, 'postgresql'))).toBe(false)
  const api = connectApi({ url: stack.url, home: stack.home })
  const { items } = await answerOf(api.instances.$get())
  expect(items).toEqual([])

  const added = await answerOf(api.instances.$post({ json: { uri: url, name: 'repository' } }))
  await waitFor({
    ask: async () => {
      const one = await answerOf(api.instances[':id'].$get({ param: { id: String(added.id) } }))
      return one.health === 'ok' && one.version?.startsWith(String(major)) ? one : undefined
    },
    timeoutMs: 30_000,
    failure: (last) => `no data of it: ${last}`,
  })
}, 120_000)

test('a repository that cannot be used is told in a sentence', async () => {
  const start = (url: string) =>
    startStack({
      env: process.env,
      settings: { TRUNKLINE_REPOSITORY_URL: url },
      say: quietly,
      signal: patience(),
    })
  await expect(start('postgres://nobody@127.0.0.1:1/trunkline')).rejects.toThrow(/127\.0\.0\.1:1/)
}, 60_000)
