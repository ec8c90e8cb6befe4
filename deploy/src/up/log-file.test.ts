import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { openLogFile } from './log-file.ts'

test('stays bounded, keeps the newest, and goes on after being opened again', () => {
  const folder = mkdtempSync(join(tmpdir(), 'trunkline-log-'))
  const path = join(folder, 'log', 'api.log')
  for (let opening = 0; opening < 2; opening++) {
    using log = openLogFile(path, { maxBytes: 100, keep: 2 })
    for (let line = 0; line < 40; line++)
      log.write(`${String(opening)} line ${String(line).padStart(2, '0')}\n`)
  }
  expect(readdirSync(join(folder, 'log')).sort()).toEqual(['api.log', 'api.log.1', 'api.log.2'])
  for (const name of readdirSync(join(folder, 'log')))
    expect(statSync(join(folder, 'log', name)).size).toBeLessThanOrEqual(100)
  const newestFirst = ['', '.1', '.2'].map((suffix) => readFileSync(path + suffix, 'utf8'))
  expect(newestFirst[0]).toMatch(/1 line 39\n$/)
  expect([...newestFirst].reverse().join('').split('\n').length).toBeGreaterThan(20)
  expect(statSync(path).mode & 0o077).toBe(0)
  rmSync(folder, { recursive: true })
})
