import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** What a list of definitions is made of. The rules and runbooks are listed by it as well. */
export interface ListSource {
  /** Holds one file for each definition, and the list. */
  folder: string
  /** The type that definitions satisfy, and the file that exports it, as the list imports it. */
  type: string
  typeFile: string
  /** The list's own name, and the name of the type of its keys. */
  name: string
  keyType: string
  /** What the list is, as its doc comment, and what makes it. */
  says: string
  command: string
  /** A property, written as a plain text, that the definitions are ordered by. Default: the files' names. */
  orderBy?: string
}

interface Definition {
  name: string
  file: string
  order: string
}

/** The text of `list.ts`: every definition in the folder, imported by name, so that the names are types. */
export function renderList(source: ListSource): string {
  const { type, typeFile, name, keyType, says, command } = source
  const definitions = definitionsIn(source)
  const imports = [
    ...definitions.map((one) => ({ file: `./${one.file}`, line: `import { ${one.name} }` })),
    { file: typeFile, line: `import type { ${type} }` },
  ].toSorted((one, other) => compare(one.file, other.file))
  const ordered = definitions.toSorted((one, other) => compare(one.order, other.order))
  return [
    `// Made from the files beside it by \`${command}\`.`,
    ...imports.map(({ file, line }) => `${line} from '${file}'`),
    '',
    `/** ${says} */`,
    `export const ${name} = {`,
    ...ordered.map((one) => `  ${one.name},`),
    `} satisfies Record<string, ${type}>`,
    '',
    `export type ${keyType} = keyof typeof ${name}`,
    '',
  ].join('\n')
}

/** What stops a list from being right, as one sentence; `undefined` when it is what its folder holds. */
export function listProblem(source: ListSource, list: string): string | undefined {
  if (list === renderList(source)) return undefined
  const files = definitionsIn(source).map(({ file }) => file)
  const listed = [...list.matchAll(/^import \{.*'\.\/(.+)'$/gm)].map((match) => match[1] ?? '')
  const lacks = files.filter((file) => !listed.includes(file)).map((file) => `lacks ${file}`)
  const gone = listed.filter((file) => !files.includes(file)).map((file) => `names ${file}`)
  const what = [...lacks, ...gone].join(' and ') || 'differs from what would be made'
  return `The list of ${source.name} ${what}; run: ${source.command}`
}

function definitionsIn({ folder, type, orderBy }: ListSource): Definition[] {
  const files = readdirSync(folder).filter(
    (file) => /^[a-z0-9-]+\.ts$/.test(file) && file !== 'list.ts',
  )
  return files.flatMap((file) => {
    const text = readFileSync(join(folder, file), 'utf8').replaceAll('\r\n', '\n')
    const typed = new RegExp(`^export const (\\w+): ${type} =`, 'm').exec(text)
    if (typed)
      throw new Error(`${file}: write \`export const ${typed[1]} = { … } satisfies ${type}\``)
    const pattern = new RegExp(
      `^export const (\\w+) = \\{\\n((?:(?!\\}).*\\n)*)\\} satisfies ${type}$`,
      'gm',
    )
    return [...text.matchAll(pattern)].map(([, name = '', body = '']) => ({
      name,
      file,
      order: orderBy === undefined ? file : orderOf({ file, name, body, orderBy }),
    }))
  })
}

function orderOf(given: { file: string; name: string; body: string; orderBy: string }): string {
  const { file, name, body, orderBy } = given
  const value = new RegExp(`^  ${orderBy}: '(.+)',$`, 'm').exec(body)?.[1]
  if (value === undefined) throw new Error(`${file}: ${name} has no ${orderBy}: '…'`)
  return value
}

function compare(one: string, other: string): number {
  if (one === other) return 0
  return one < other ? -1 : 1
}
