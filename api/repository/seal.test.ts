import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { createSealer } from './seal.ts'

const folder = mkdtempSync(join(tmpdir(), 'trunkline-seal-'))
const keyFile = join(folder, 'secrets.key')
afterAll(() => rmSync(folder, { recursive: true }))

test('a secret opens again with the same key, also by another process', () => {
  const sealed = createSealer(keyFile).seal('pässword', 'instance 7')
  expect(sealed.includes('ssword')).toBe(false)
  expect(createSealer(keyFile).unseal(sealed, 'instance 7')).toBe('pässword')
  expect(statSync(keyFile).mode & 0o777).toBe(0o600)
})

test('two seals of one secret differ', () => {
  const sealer = createSealer(keyFile)
  expect(sealer.seal('a', 'b').equals(sealer.seal('a', 'b'))).toBe(false)
})

test('it opens neither elsewhere, nor changed, nor with another key', () => {
  const sealer = createSealer(keyFile)
  const sealed = sealer.seal('secret', 'instance 7')
  expect(() => sealer.unseal(sealed, 'instance 8')).toThrow('does not open')
  expect(() => sealer.unseal(sealed.with(20, (sealed[20] ?? 0) ^ 1), 'instance 7')).toThrow(
    'does not open',
  )
  expect(() => createSealer(join(folder, 'other.key')).unseal(sealed, 'instance 7')).toThrow(
    'does not open',
  )
  expect(() => sealer.unseal(Buffer.from([9, 1]), 'instance 7')).toThrow('unknown format')
})

test('a key of another length is refused', () => {
  const short = join(folder, 'short.key')
  writeFileSync(short, 'short')
  expect(() => createSealer(short)).toThrow('is not a key of 32 bytes')
})
