import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { agentVersion } from './run-agent.ts'

test('the version it tells is that of its package', () => {
  const path = new URL('../package.json', import.meta.url)
  const { version } = JSON.parse(readFileSync(path, 'utf8')) as { version: string }
  expect(agentVersion).toBe(version)
})
