import { expect, test } from 'vitest'
import { pendingMigrations, type Applied, type Migration } from './migrate.ts'

const file = (name: string, hash = name): Migration => ({ name, hash, text: '' })
const done = (name: string, hash = name): Applied => ({ name, hash, applied_at: new Date(0) })

test('what is applied already is left out', () => {
  expect(pendingMigrations([file('1'), file('2')], [done('1')])).toEqual([file('2')])
})

test.each([
  {
    what: 'a changed file',
    files: [file('1', 'new')],
    applied: [done('1')],
    says: 'migration 1 was changed after it was applied',
  },
  {
    what: 'a newer repository',
    files: [file('1')],
    applied: [done('1'), done('2')],
    says: 'migrated by a newer version (2)',
  },
  {
    what: 'a lost file',
    files: [file('2'), file('3')],
    applied: [done('1')],
    says: 'migration 1, applied 1970',
  },
  {
    what: 'a file merged late',
    files: [file('1'), file('2')],
    applied: [done('2')],
    says: 'migration 1 sorts before 2',
  },
])('$what is refused', ({ files, applied, says }) => {
  expect(() => pendingMigrations(files, applied)).toThrow(says)
})
