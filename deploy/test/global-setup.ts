import type { TestProject } from 'vitest/node'
import { missingPrograms } from './missing.ts'
import { installCommand, startPostgres } from './postgres.ts'

declare module 'vitest' {
  interface ProvidedContext {
    postgresUrl: string
  }
}

/** One PostgreSQL 18 for all test files of a run; each file makes its own database in it. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const server = await startPostgres({ settings: { max_connections: '300' } })
  project.provide('postgresUrl', server.url)
  process.env['TEST_POSTGRES_URL'] = server.url
  return async () => {
    await server[Symbol.asyncDispose]()
    const missing = missingPrograms()
    if (missing.length === 0 || process.env['CI']) return
    const what = `Tests that need ${missing.join('; ')} were skipped`
    process.stdout.write(`${what}: not installed here. \`${installCommand}\` fetches them.\n\n`)
  }
}
