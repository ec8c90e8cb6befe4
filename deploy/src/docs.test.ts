import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Command } from 'commander'
import { describe, expect, test } from 'vitest'
import { readConfigFile } from './config-file.ts'
import { createProgram } from './cli/run.ts'
import { settings } from './settings.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const skipped = new Set(['node_modules', '.git', 'dist', 'results'])

function documentsIn(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) return skipped.has(entry.name) ? [] : documentsIn(path)
    return entry.name.endsWith('.md') ? [path] : []
  })
}

const documents = documentsIn(root).map((path) => ({
  name: relative(root, path),
  path,
  text: readFileSync(path, 'utf8'),
}))
const handbook = documents.filter(({ name }) => name.startsWith('docs/') || name === 'README.md')
const commandFiles = [
  ...documents,
  ...['trunkline.service', 'trunkline-agent.service'].map((name) => {
    const path = join(root, 'deploy/units', name)
    return { name: `deploy/units/${name}`, path, text: readFileSync(path, 'utf8') }
  }),
]

const matches = (text: string, pattern: RegExp) =>
  [...text.matchAll(pattern)].map((match) => match[1] ?? '')

/** GitHub's rule for the anchor of a heading. */
const anchorsOf = (text: string) =>
  matches(text, /^#+ (.+)$/gm).map((heading) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .replace(/\s/g, '-'),
  )

describe.for(documents)('$name', ({ path, text }) => {
  test('links to what exists', () => {
    const broken = matches(text, /\]\(([^)\s]+)\)/g)
      .filter((link) => !/^[a-z]+:/.test(link))
      .filter((link) => {
        const [file = '', anchor] = link.split('#')
        const target = file === '' ? path : resolve(dirname(path), file)
        if (!existsSync(target)) return true
        return anchor !== undefined && !anchorsOf(readFileSync(target, 'utf8')).includes(anchor)
      })
    expect(broken).toEqual([])
  })

  test('names paths of ours that exist', () => {
    const folders = 'probes|rules|api|alert-engine|collector-agent|dashboard|deploy|benchmarks|docs'
    const named = matches(text, new RegExp(`\`((?:${folders})/[\\w./-]+)\``, 'g'))
    expect(named.filter((name) => !existsSync(join(root, name)))).toEqual([])
  })

  test('names npm scripts that exist', () => {
    const shown = [
      ...text.matchAll(/npm run ([\w:-]*\w)(?![\w:<])(?: -w (?:@trunkline\/)?([\w-]+))?/g),
    ]
    const missing = shown.filter(
      ([, script, folder]) => !(String(script) in scriptsOf(folder ?? '')),
    )
    expect(missing.map(([whole]) => whole)).toEqual([])
  })
})

function scriptsOf(folder: string): Record<string, string> {
  const file = readFileSync(join(root, folder, 'package.json'), 'utf8')
  return (JSON.parse(file) as { scripts?: Record<string, string> }).scripts ?? {}
}

describe('the commands that documents show', () => {
  const program = createProgram({
    argv: [],
    env: {},
    write: () => undefined,
    writeError: () => undefined,
    columns: undefined,
    signal: new AbortController().signal,
  })
  const shown = commandFiles.flatMap(({ name, text }) =>
    matches(text, /(?:npx trunkline|trunkline\.js) ([^\n`]+)/g).map(
      (line) => [name, line.split(/\s+#/)[0]?.trim() ?? ''] as const,
    ),
  )

  test('there are many', () => expect(shown.length).toBeGreaterThan(30))

  test.for(shown)('%s: trunkline %s', ([, line]) => {
    expect(problemOf(program, line)).toBeUndefined()
  })
})

/** What of a shown command line does not exist, if anything. */
function problemOf(program: Command, line: string): string | undefined {
  // What stands after ` -- ` is another program's.
  const words = line.split(' -- ')[0]?.match(/"[^"]*"|'[^']*'|\S+/g) ?? []
  let command = program
  let depth = 0
  for (const word of words) {
    const next = command.commands.find((one) => one.name() === word)
    if (next === undefined) break
    command = next
    depth++
  }
  if (depth === 0 && words[0] !== '…') return `there is no command "${words[0] ?? ''}"`
  if (command.commands.length > 0 && words[depth] !== undefined && words[depth] !== '…')
    return `there is no command "${words.slice(0, depth + 1).join(' ')}"`
  const known = [...command.options, ...program.options].map((option) => option.long)
  const unknown = words.filter((word) => word.startsWith('--') && !known.includes(word))
  return unknown.length > 0 ? `unknown: ${unknown.join(' ')}` : undefined
}

describe('the settings', () => {
  const page = handbook.find(({ name }) => name === 'docs/configuration.md')?.text ?? ''
  const rows = page.split('\n').map((line) => line.replace(/ +/g, ' '))

  test.for(Object.entries(settings))(
    '%s is in the table as it is in the data',
    ([name, setting]) => {
      const row = rows.find((line) => line.includes(`\`${setting.env}\` | \`${name}\``))
      expect(row).toBeDefined()
      if ('preset' in setting) expect(row).toContain(`\`${setting.preset}\``)
    },
  )

  test('no document names a variable that does not exist', () => {
    const known = new Set([
      'TRUNKLINE_HOME',
      ...Object.values(settings).flatMap(({ env }) => [env, `${env}_FILE`]),
    ])
    const named = handbook.flatMap(({ text }) => matches(text, /\b(TRUNKLINE_[A-Z_]+)\b/g))
    expect(named.filter((name) => !known.has(name))).toEqual([])
  })

  test('the example file is good, also with every line of it in force', () => {
    const text = readFileSync(join(root, 'deploy/trunkline.example.yaml'), 'utf8')
    const path = 'trunkline.example.yaml'
    expect(readConfigFile({ path, text }).problems).toEqual([])
    const all = text.replace(/^# (?=(\w+:|  - ))/gm, '')
    expect(readConfigFile({ path, text: all })).toMatchObject({ problems: [] })
    expect(readConfigFile({ path, text: all }).entries.size).toBe(11)
  })
})
