import { renameSync, rmSync, writeFileSync } from 'node:fs'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startFakeApi, type FakeApi } from './api.fake.ts'
import { homePaths, nextKeyPath, readIdentity } from './home.ts'
import { renewAt } from './renew.ts'

let api: FakeApi
beforeAll(async () => {
  api = await startFakeApi()
})
afterAll(async () => {
  await api[Symbol.asyncDispose]()
  rmSync(api.home, { recursive: true })
})

test('a certificate is renewed when a third of its life is left', async () => {
  const { certificate } = await readIdentity(api.home)
  const days = (renewAt(certificate) - Date.now()) / 86_400_000
  expect(days).toBeGreaterThan(4)
  expect(days).toBeLessThan(5)
})

test('stopped in the middle of a renewal, the agent is still itself', async () => {
  const before = await readIdentity(api.home)
  // The new certificate is in its place, its key not yet.
  renameSync(homePaths(api.home).key, nextKeyPath(api.home))
  writeFileSync(homePaths(api.home).key, (await startedAnew()).key)
  expect(await readIdentity(api.home)).toEqual(before)
  expect(await readIdentity(api.home)).toEqual(before)
})

test('a home without keys says what to do', async () => {
  await expect(readIdentity('/nowhere')).rejects.toThrow(/trunkline agent enrol/)
})

async function startedAnew() {
  const { createCertificateRequest } = await import('./certificate-request.ts')
  return createCertificateRequest()
}
