import { readFile } from 'node:fs/promises'
import { z } from 'zod'
import { homePaths, writeDurably } from '../identity/home.ts'
import { messageOf } from '../log.ts'

const programPath = z
  .string()
  .startsWith('/', 'The program needs its whole path, as in /usr/bin/pg_ctlcluster.')
const commandSchema = z.tuple([programPath], z.string())

const allowListSchema = z.strictObject({
  runbooks: z.array(z.string()),
  /** What starts a server, by its address and port as this host reaches it: the program and its arguments. */
  startCommands: z.record(z.string(), commandSchema).default({}),
})

/** What the owner of this host lets the agent do here. The server has no way to change it. */
export type AllowList = z.infer<typeof allowListSchema>
export type StartCommand = AllowList['startCommands'][string]

/** Without a list nothing is allowed. Throws a sentence when there is one that cannot be used. */
export async function readAllowList(home: string): Promise<AllowList> {
  const path = homePaths(home).allowList
  try {
    return allowListSchema.parse(JSON.parse(await readFile(path, 'utf8')))
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT')
      return { runbooks: [], startCommands: {} }
    const reason = error instanceof z.ZodError ? z.prettifyError(error) : messageOf(error)
    throw new Error(
      `The list of what is allowed on this host, ${path}, cannot be read: ${reason}`,
      { cause: error },
    )
  }
}

/** Adds to the list, and makes it where there is none. Throws a sentence when the list or the addition is not valid. */
export async function allow(home: string, more: Partial<AllowList>): Promise<AllowList> {
  const path = homePaths(home).allowList
  const now = await readAllowList(home)
  const wanted = allowListSchema.safeParse({
    runbooks: [...new Set([...now.runbooks, ...(more.runbooks ?? [])])],
    startCommands: { ...now.startCommands, ...more.startCommands },
  })
  if (!wanted.success) throw new Error(wanted.error.issues.map(({ message }) => message).join('; '))
  await writeDurably(path, `${JSON.stringify(wanted.data, null, 2)}\n`)
  return wanted.data
}
