import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { renderCatalogue } from './catalogue.ts'

test('CATALOGUE.md is what the definitions say; else run: npm run docs -w rules', () => {
  const page = readFileSync(join(import.meta.dirname, 'CATALOGUE.md'), 'utf8')
  expect(page).toBe(renderCatalogue())
})
