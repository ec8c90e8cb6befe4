import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { extname, join, relative, sep } from 'node:path'
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import type { Context, Handler } from 'hono'
import type { AppEnv } from './access.ts'
import { respondNotFound } from './problems.ts'

interface Page {
  type: string
  etag: string
  plain: Uint8Array<ArrayBuffer>
  gzipped: Uint8Array<ArrayBuffer>
  isHashed: boolean
}

const types: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.json': 'application/json',
  '.webmanifest': 'application/manifest+json',
  '.woff2': 'font/woff2',
  '.txt': 'text/plain; charset=utf-8',
}

/**
 * The built pages, all read at start: they are small, and a path that is not among them reads no file. A path
 * without an extension is one of the pages' own and gets `index.html`.
 */
export async function readPages(folder: string): Promise<Handler<AppEnv>> {
  const pages = new Map<string, Page>()
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue
    const file = join(entry.parentPath, entry.name)
    pages.set(`/${relative(folder, file).split(sep).join('/')}`, await readPage(file))
  }
  const index = pages.get('/index.html')
  if (!index) throw new Error(`${folder} has no index.html: the pages are not built`)
  return (c) => {
    if (c.req.method !== 'GET' && c.req.method !== 'HEAD') return respondNotFound(c)
    const page = pages.get(c.req.path) ?? (extname(c.req.path) === '' ? index : undefined)
    return page ? respond(c, page) : respondNotFound(c)
  }
}

async function readPage(file: string): Promise<Page> {
  const plain = Uint8Array.from(await readFile(file))
  return {
    type: types[extname(file)] ?? 'application/octet-stream',
    etag: `"${createHash('sha256').update(plain).digest('hex').slice(0, 32)}"`,
    plain,
    gzipped: Uint8Array.from(await promisify(gzip)(plain)),
    // Vite puts a hash of the content in the name, so the name never means anything else.
    isHashed: file.includes(`${sep}assets${sep}`) && /-[\w-]{8,}\.\w+$/.test(file),
  }
}

function respond(c: Context, page: Page): Response {
  const caching = page.isHashed ? 'public, max-age=31536000, immutable' : 'no-cache'
  c.header('Cache-Control', caching)
  c.header('ETag', page.etag)
  c.header('Vary', 'Accept-Encoding')
  if (c.req.header('if-none-match') === page.etag) return c.body(null, 304)
  c.header('Content-Type', page.type)
  const wantsGzip = /\bgzip\b/.test(c.req.header('accept-encoding') ?? '')
  const isWorthIt = page.gzipped.length < page.plain.length
  if (!wantsGzip || !isWorthIt) return c.body(page.plain)
  c.header('Content-Encoding', 'gzip')
  return c.body(page.gzipped)
}
