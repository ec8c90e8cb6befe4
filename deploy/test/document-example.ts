import { readFileSync } from 'node:fs'
import { stripTypeScriptTypes } from 'node:module'
import { join, resolve } from 'node:path'

const root = resolve(import.meta.dirname, '../..')

/** The code of a document's only TypeScript example. */
export function exampleText(document: string): string {
  const text = readFileSync(join(root, document), 'utf8')
  const examples = [...text.matchAll(/^```ts\n(.*?)^```$/gms)].map((match) => match[1] ?? '')
  const [example] = examples
  if (example === undefined || examples.length > 1)
    throw new Error(`${document} has ${examples.length} examples in TypeScript, not one`)
  return example
}

/** What the example of a document exports, so that it is tested as if somebody had added its file. */
export async function documentExample<Definition>(
  document: string,
): Promise<Record<string, Definition>> {
  const code = stripTypeScriptTypes(exampleText(document))
  const url = `data:text/javascript,${encodeURIComponent(code)}`
  return { ...((await import(/* @vite-ignore */ url)) as Record<string, Definition>) }
}
