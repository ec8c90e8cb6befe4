import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { renderCatalogue } from './catalogue.ts'

test('CATALOGUE.md is what the definitions say', () => {
  const page = readFileSync(join(import.meta.dirname, 'CATALOGUE.md'), 'utf8')
  const stale = 'CATALOGUE.md is not what the definitions say; run: npm run generate -w rules'
  expect(page === renderCatalogue(), stale).toBe(true)
})
