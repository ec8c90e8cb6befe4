import { execFileSync } from 'node:child_process'
import { expect, test } from 'vitest'
import { causeIn } from './build-pages.ts'

function stderrOf(code: string): string {
  try {
    execFileSync(process.execPath, ['--input-type=module', '-e', code], { stdio: 'pipe' })
    return ''
  } catch (error) {
    return error instanceof Error && 'stderr' in error ? String(error.stderr) : ''
  }
}

test('of what a failed build wrote, the cause is told, not the end of the stack', () => {
  const thrown = `const error = new Error('EACCES: permission denied, mkdir dist', { cause: new Error('inner') });
    console.error('a warning'); error.plugin = { name: 'solid', nested: { deep: {} } }; throw error`
  expect(causeIn(stderrOf(thrown))).toBe('Error: EACCES: permission denied, mkdir dist')
  expect(causeIn(stderrOf("import 'no-such-package'"))).toMatch(
    /^Error \[ERR_MODULE_NOT_FOUND\]: Cannot find package 'no-such-package'[^\n]*$/,
  )
  expect(causeIn('killed\n')).toBe('killed')
})
