import { isMap, isScalar, isSeq, LineCounter, parseDocument, type Node } from 'yaml'
import { settingNames, settings, type Setting } from './settings.ts'

export interface FileEntry {
  text: string
  /** File, line and column, as in `trunkline.yaml:3:9`. */
  origin: string
}

/** The entries of `trunkline.yaml`, and everything that is wrong with it by line and column. */
export function readConfigFile(file: { path: string; text: string }): {
  entries: Map<string, FileEntry>
  problems: string[]
} {
  const lines = new LineCounter()
  const document = parseDocument(file.text, { lineCounter: lines, prettyErrors: false })
  const at = (offset: number) => {
    const { line, col } = lines.linePos(offset)
    return `${file.path}:${String(line)}:${String(col)}`
  }
  const entries = new Map<string, FileEntry>()
  const problems = document.errors.map((error) => `${at(error.pos[0])}: ${error.message}`)
  const root = document.contents
  if (problems.length > 0 || root === null || (isScalar(root) && root.value === null))
    return { entries, problems }
  if (!isMap<Node, Node | null>(root))
    return {
      entries,
      problems: [`${at(root.range?.[0] ?? 0)}: must be a list of "name: value" lines`],
    }
  for (const { key, value } of root.items) {
    const name = String(isScalar(key) ? key.value : key)
    const place = at(key.range?.[0] ?? 0)
    const text = textOf(value)
    if (!knownKeys.has(name)) problems.push(`${place}: unknown key "${name}"${suggestion(name)}`)
    else if (text === undefined)
      problems.push(`${place}: ${name} must be one value or a list of values`)
    else entries.set(name, { text, origin: at(value?.range?.[0] ?? key.range?.[0] ?? 0) })
  }
  return { entries, problems }
}

const knownKeys = new Set<string>(
  settingNames.flatMap((name) => {
    const setting: Setting = settings[name]
    return setting.secret ? [name, `${name}File`] : [name]
  }),
)

function textOf(node: Node | null): string | undefined {
  if (isScalar(node)) return isPlain(node.value) ? String(node.value) : undefined
  if (!isSeq<Node>(node)) return undefined
  const parts = node.items.map(textOf)
  return parts.includes(undefined) ? undefined : parts.join(',')
}

const isPlain = (value: unknown) =>
  typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'

function suggestion(name: string): string {
  const plain = (text: string) =>
    text
      .toLowerCase()
      .replace(/[^a-z]/g, '')
      .replace(/^trunkline/, '')
  const meant = [...knownKeys].find((known) => plain(known) === plain(name))
  return meant === undefined
    ? `; known are ${[...knownKeys].join(', ')}`
    : `; did you mean ${meant}?`
}
