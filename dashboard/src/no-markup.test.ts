import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'

const sources = readdirSync(import.meta.dirname, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name) && !entry.name.includes('.test.'))
  .map((entry) => join(entry.parentPath, entry.name))

/** Names, queries and errors of monitored servers are hostile text: they become text nodes, never mark-up or script. */
const forbidden =
  /innerHTML|outerHTML|insertAdjacentHTML|document\.write|createContextualFragment|setHTML|\beval\(|new Function|srcdoc/

test('no source makes mark-up or code of text', () => {
  expect(sources.length).toBeGreaterThan(50)
  expect(sources.filter((file) => forbidden.test(readFileSync(file, 'utf8')))).toEqual([])
})

test('no element has a style attribute: the policy refuses those that come in mark-up', () => {
  expect(sources.filter((file) => /\sstyle=["{]/.test(readFileSync(file, 'utf8')))).toEqual([])
})
