import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import type { Runbook } from '../runbook.ts'
import { runbookBytes } from '../runbook-bytes.ts'
import { runbookSchema } from '../runbook-schema.ts'
import { type RunbookName, runbooks } from './list.ts'

const all = Object.entries(runbooks) as [RunbookName, Runbook][]

describe.each(all)('%s', (name, runbook) => {
  test('is what its schema says, also after a round trip through its bytes', () => {
    const bytes = new TextDecoder().decode(runbookBytes(name, runbook))
    expect(runbookSchema.parse(JSON.parse(bytes))).toEqual({ name, ...runbook })
  })

  test('names no parameter it does not declare, and binds each through a type', () => {
    const known = Object.keys(runbook.parameters)
    for (const step of runbook.steps) {
      const texts = step.kind === 'sql' ? [step.preview, step.sql] : []
      for (const text of texts) expect(known).toEqual(expect.arrayContaining(named(text)))
    }
    expect([...known, 'instance_id', 'finished_at']).toEqual(
      expect.arrayContaining(named(runbook.verify.sql)),
    )
  })
})

test('the bytes do not depend on the order a runbook is written in', () => {
  const { steps, ...rest } = runbooks.cancelQuery
  const hash = (runbook: Runbook) =>
    createHash('sha256').update(runbookBytes('cancelQuery', runbook)).digest('hex')
  expect(hash({ steps, ...rest })).toBe(hash(runbooks.cancelQuery))
  expect(hash({ ...rest, steps, summary: 'other' })).not.toBe(hash(runbooks.cancelQuery))
})

function named(text: string): string[] {
  const found = [...text.matchAll(/\$([a-z_]+)(::)?/g)]
  for (const [whole, , cast] of found) expect(cast, whole).toBe('::')
  return found.map(([, name]) => name ?? '')
}
