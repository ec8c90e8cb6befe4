import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { listProblem } from '@trunkline/probes'
import { expect, test } from 'vitest'
import { ruleList, runbookList } from './list-sources.ts'

test.for([ruleList, runbookList])('the list of $name is what its folder holds', (source) => {
  const list = readFileSync(join(source.folder, 'list.ts'), 'utf8')
  expect(listProblem(source, list)).toBeUndefined()
})
