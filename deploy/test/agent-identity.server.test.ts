import { X509Certificate } from 'node:crypto'
import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestApi, type TestApi } from '../../api/src/api.fixture.ts'
import { answerOf, ApiError } from '../../collector-agent/src/identity/answer.ts'
import { createApi } from '../../collector-agent/src/identity/api.ts'
import { enrol } from '../../collector-agent/src/identity/enrol.ts'
import { homePaths, readIdentity } from '../../collector-agent/src/identity/home.ts'
import { renew } from '../../collector-agent/src/identity/renew.ts'

// The agent's side of enrolment against the api's own: real TLS, real certificates.

let its: TestApi
let folder = ''
beforeAll(async () => {
  its = await startTestApi()
  folder = mkdtempSync(join(tmpdir(), 'trunkline-enrol-'))
})
afterAll(async () => {
  rmSync(folder, { recursive: true })
  await its[Symbol.asyncDispose]()
})

async function token() {
  const made = await its.admin['agent-tokens'].$post({ json: {} })
  if (!made.ok) throw new Error('no token')
  return made.json()
}

test('an agent enrols, is known by its certificate, and renews it under a new key', async () => {
  const home = join(folder, 'a')
  const { token: word, caPin } = await token()
  await enrol({ server: its.api.agentUrl, token: word, caPin, home })
  expect(statSync(homePaths(home).key).mode & 0o777).toBe(0o600)
  const first = await readIdentity(home)
  using api = createApi(first)
  const config = await answerOf(api.client.config.$get())
  expect(config.agentId).toBe(first.agentId)

  const second = await renew(home, api)
  expect(second.key).not.toBe(first.key)
  const serial = ({ certificate }: { certificate: string }) =>
    new X509Certificate(certificate).serialNumber
  expect(serial(second)).not.toBe(serial(first))
  expect((await answerOf(api.client.config.$get())).agentId).toBe(first.agentId)
  expect(await readIdentity(home)).toEqual(second)
})

test('a token serves once', async () => {
  const { token: word, caPin } = await token()
  const options = { server: its.api.agentUrl, token: word, caPin }
  await enrol({ ...options, home: join(folder, 'b') })
  const again = enrol({ ...options, home: join(folder, 'c') })
  await expect(again).rejects.toBeInstanceOf(ApiError)
  await expect(readIdentity(join(folder, 'c'))).rejects.toThrow(/not enrolled/)
})

test('without the pin, or with that of another authority, nothing is sent', async () => {
  const { token: word } = await token()
  const options = { server: its.api.agentUrl, token: word, home: join(folder, 'd') }
  await expect(enrol({ ...options, caPin: '' })).rejects.toThrow(/--ca-pin/)
  const wrong = `sha256:${'0'.repeat(64)}`
  await expect(enrol({ ...options, caPin: wrong })).rejects.toThrow(/do not enrol with it/)
})
