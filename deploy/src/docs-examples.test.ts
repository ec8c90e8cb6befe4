import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { expect, test } from 'vitest'
import { exampleText } from '../test/document-example.ts'

const root = resolve(import.meta.dirname, '../..')

// What the examples do is tested with all probes and rules: `probes.server.test.ts` and `rules.server.test.ts`.
test('the examples of the documents have the right types', { timeout: 60_000 }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'trunkline-examples-'))
  for (const kind of ['probe', 'rule']) {
    const own = `'${join(root, `${kind}s`)}/`
    const text = exampleText(`docs/add-a-${kind}.md`).replaceAll("'./", own)
    writeFileSync(join(folder, `${kind}.ts`), text)
  }
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }')
  const config = {
    extends: join(root, 'tsconfig.json'),
    compilerOptions: { typeRoots: [join(root, 'node_modules/@types')] },
    include: ['*.ts'],
    exclude: [],
  }
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(config))
  const tsc = spawnSync(join(root, 'node_modules/.bin/tsc'), ['-p', folder], { encoding: 'utf8' })
  rmSync(folder, { recursive: true })
  expect(tsc.stdout).toBe('')
  expect(tsc.status).toBe(0)
})
