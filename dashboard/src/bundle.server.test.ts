import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { beforeAll, describe, expect, test } from 'vitest'
import { buildDashboard } from '../build.ts'

interface Chunk {
  file: string
  src?: string
  imports?: string[]
  dynamicImports?: string[]
}

const mostBytes = 120_000
let folder = ''
let manifest: Record<string, Chunk> = {}

beforeAll(async () => {
  folder = await buildDashboard()
  manifest = JSON.parse(readFileSync(join(folder, '.vite/manifest.json'), 'utf8')) as Record<
    string,
    Chunk
  >
})

describe('the built pages', () => {
  test('load at most 120 kB of script for any page, gzip, with what they import', () => {
    const pages = manifest['index.html']?.dynamicImports ?? []
    expect(pages).toContain('src/routes/overview/overview-page.tsx')
    for (const page of pages) {
      const files = new Set([...filesOf('index.html'), ...filesOf(page)])
      const bytes = [...files].reduce((sum, file) => sum + gzipped(file), 0)
      expect(bytes, `${page} needs ${bytes} bytes`).toBeLessThan(mostBytes)
    }
  })

  test('have nothing inline and nothing from elsewhere, as their policy demands', () => {
    const html = readFileSync(join(folder, 'index.html'), 'utf8')
    expect(html).not.toMatch(/<script(?![^>]*\ssrc=)/)
    expect(html).not.toMatch(/<style|\sstyle=|\son\w+=/)
    const sources = [...html.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, url]) => url)
    expect(sources.filter((url) => !url?.startsWith('/'))).toEqual([])
    for (const file of allFiles('.css')) expect(file).not.toMatch(/url\(\s*['"]?(data:|https?:)/)
  })

  test('contain no code of the server', () => {
    for (const script of allFiles('.js')) {
      expect(script).not.toMatch(/drizzle|node:crypto|from "postgres"|argon2/)
    }
  })

  test('are not built again while their sources are the same', async () => {
    const before = readFileSync(join(folder, '.stamp'), 'utf8')
    expect(await buildDashboard()).toBe(folder)
    expect(readFileSync(join(folder, '.stamp'), 'utf8')).toBe(before)
  })
})

/** The script files of a chunk and of everything it imports at once. */
function filesOf(name: string, seen = new Set<string>()): Set<string> {
  const chunk = manifest[name]
  if (!chunk || seen.has(chunk.file)) return seen
  seen.add(chunk.file)
  for (const imported of chunk.imports ?? []) filesOf(imported, seen)
  return seen
}

function gzipped(file: string): number {
  return file.endsWith('.js') ? gzipSync(readFileSync(join(folder, file))).length : 0
}

function allFiles(extension: string): string[] {
  return readdirSync(join(folder, 'assets'))
    .filter((name) => name.endsWith(extension))
    .map((name) => readFileSync(join(folder, 'assets', name), 'utf8'))
}
