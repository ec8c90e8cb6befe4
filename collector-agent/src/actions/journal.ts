import { mkdir, open, readdir, readFile, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import type { ActionNews } from '@trunkline/api/agent-client'
import { syncFolder, writeDurably } from '../identity/home.ts'

export type Finished = Extract<ActionNews, { kind: 'finished' }>

export interface JournalEntry {
  id: string
  claimedAt: string
  result?: Finished
  /** The api has the result. */
  isDelivered?: boolean
}

/** What this host knows of the actions it was given. One file an action; its existence is the claim. */
export interface Journal {
  /** `false` when the action was claimed before: it is not to be started again, whatever became of it. */
  claim(id: string): Promise<boolean>
  read(id: string): Promise<JournalEntry | undefined>
  finish(id: string, result: Finished): Promise<void>
  delivered(id: string): Promise<void>
  all(): Promise<JournalEntry[]>
}

const keptMs = 30 * 86_400_000

export function createJournal(folder: string, now: () => number = Date.now): Journal {
  const pathOf = (id: string) => join(folder, `${id}.json`)
  const write = (entry: JournalEntry) => writeDurably(pathOf(entry.id), JSON.stringify(entry))

  async function read(id: string): Promise<JournalEntry | undefined> {
    const text = await readFile(pathOf(id), 'utf8').catch(() => undefined)
    if (text === undefined) return undefined
    try {
      return JSON.parse(text) as JournalEntry
    } catch {
      // The claim was being written when the power went: the claim stands.
      return { id, claimedAt: new Date(now()).toISOString() }
    }
  }

  async function update(id: string, change: Partial<JournalEntry>): Promise<void> {
    const entry = (await read(id)) ?? { id, claimedAt: new Date(now()).toISOString() }
    await write({ ...entry, ...change })
  }

  return {
    read,
    finish: (id, result) => update(id, { result }),
    delivered: (id) => update(id, { isDelivered: true }),
    async claim(id) {
      await mkdir(folder, { recursive: true, mode: 0o700 })
      try {
        await using file = await open(pathOf(id), 'wx', 0o600)
        await file.writeFile(JSON.stringify({ id, claimedAt: new Date(now()).toISOString() }))
        await file.sync()
      } catch (error) {
        if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false
        throw error
      }
      await syncFolder(folder)
      return true
    },
    async all() {
      const names = await readdir(folder).catch(() => [])
      const ids = names.filter((name) => name.endsWith('.json')).map((name) => name.slice(0, -5))
      const entries = (await Promise.all(ids.map(read))).filter((entry) => entry !== undefined)
      const [old, kept] = partition(entries, (entry) => isOld(entry, now()))
      await Promise.all(old.map(({ id }) => unlink(pathOf(id)).catch(() => undefined)))
      return kept
    },
  }
}

function isOld({ claimedAt, isDelivered }: JournalEntry, now: number): boolean {
  return isDelivered === true && now - Date.parse(claimedAt) > keptMs
}

function partition<T>(items: readonly T[], test: (item: T) => boolean): [T[], T[]] {
  return [items.filter(test), items.filter((item) => !test(item))]
}
