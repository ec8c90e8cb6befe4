import { execFileSync, spawnSync } from 'node:child_process'
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'

const root = resolve(import.meta.dirname, '../..')
const parts = ['probes', 'rules', 'api', 'alert-engine', 'collector-agent', 'dashboard']

/** Who may import what; nothing else may. The linter's configuration is held against it, pair by pair. */
const may: Record<string, string[]> = {
  probes: [],
  rules: ['@trunkline/probes'],
  api: ['@trunkline/probes', '@trunkline/rules'],
  'alert-engine': ['@trunkline/probes', '@trunkline/rules', '@trunkline/api/repository'],
  'collector-agent': ['@trunkline/probes', '@trunkline/api/agent-client'],
  dashboard: ['@trunkline/api/client'],
}
const packages = [
  ...parts.map((part) => `@trunkline/${part}`),
  '@trunkline/api/repository',
  '@trunkline/api/client',
  '@trunkline/api/agent-client',
]

let folder = ''
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'trunkline-imports-'))
  copyFileSync(join(root, '.oxlintrc.json'), join(folder, '.oxlintrc.json'))
})
afterAll(() => rmSync(folder, { recursive: true }))

test('the linter lets each part import what the design says, and nothing else', () => {
  const files = parts.flatMap((part) => [
    ...packages.map((name) => ({ part, name, allowed: may[part]?.includes(name) ?? false })),
    ...parts
      .filter((other) => other !== part)
      .map((other) => ({ part, name: `../../${other}/index.ts`, allowed: false })),
  ])
  files.forEach(({ part, name }, index) => {
    const file = join(folder, part, 'src', `import-${index}.ts`)
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, `import { x } from '${name}'\nexport const y = x\n`)
  })
  const lint = spawnSync(join(root, 'node_modules/.bin/oxlint'), ['--format', 'unix'], {
    cwd: folder,
    encoding: 'utf8',
  })
  const wrong = files
    .map((file, index) => ({
      ...file,
      flagged: new RegExp(`import-${index}\\.ts.*no-restricted-imports`).test(lint.stdout),
    }))
    .filter(({ allowed, flagged }) => allowed === flagged)
    .map(({ part, name, allowed }) => `${part} → ${name} should ${allowed ? 'pass' : 'fail'}`)
  expect(wrong).toEqual([])
})

test('Node refuses what a package does not export', () => {
  const run = (specifier: string) =>
    execFileSync(process.execPath, ['--input-type=module', '-e', `import '${specifier}'`], {
      cwd: join(root, 'deploy'),
      stdio: 'pipe',
    })
  expect(() => run('@trunkline/probes/probe.ts')).toThrow(/ERR_PACKAGE_PATH_NOT_EXPORTED/)
  expect(() => run('@trunkline/probes')).not.toThrow()
})
