import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeEach, describe, expect, test } from 'vitest'
import { listProblem, type ListSource, renderList } from './definition-list.ts'
import { probeList } from './list-source.ts'

test('list.ts is what the folder holds', () => {
  const list = readFileSync(join(probeList.folder, 'list.ts'), 'utf8')
  expect(listProblem(probeList, list)).toBeUndefined()
})

describe('a list', () => {
  const folder = mkdtempSync(join(tmpdir(), 'trunkline-list-'))
  const source: ListSource = { ...probeList, folder }
  const write = (file: string, text: string) => writeFileSync(join(folder, file), text)
  afterAll(() => rmSync(folder, { recursive: true }))
  beforeEach(() => {
    write('late.ts', `export const late = {\n  code: 'A01',\n} satisfies Probe\n`)
    write('early.ts', `export const early = {\r\n  code: 'B01',\r\n} satisfies Probe\r\n`)
    write('shared.ts', `export const shared = {\n  code: 'C01',\n}\n`)
    write('early.test.ts', `export const tested = {\n} satisfies Probe\n`)
  })

  test('holds the definitions, and nothing that only stands beside them', () => {
    expect(renderList(source)).toContain('= {\n  early,\n  late,\n} satisfies')
  })

  test('is in the order that is asked for', () => {
    expect(renderList({ ...source, orderBy: 'code' })).toContain('= {\n  late,\n  early,\n}')
    expect(() => renderList({ ...source, orderBy: 'area' })).toThrow("early has no area: '…'")
  })

  test('says which file it lacks or names in vain, and what mends it', () => {
    const list = renderList(source)
    write('new.ts', `export const fresh = {\n  code: 'D01',\n} satisfies Probe\n`)
    rmSync(join(folder, 'late.ts'))
    expect(listProblem(source, list)).toBe(
      'The list of probes lacks new.ts and names late.ts; run: npm run generate -w probes',
    )
    rmSync(join(folder, 'new.ts'))
  })

  test('refuses a definition whose names it could not keep', () => {
    write('wide.ts', `export const wide: Probe = {\n}\n`)
    expect(() => renderList(source)).toThrow('write `export const wide = { … } satisfies Probe`')
    rmSync(join(folder, 'wide.ts'))
  })
})
