import { readdirSync, readFileSync } from 'node:fs'

// USER_HZ: what /proc counts in, on every Linux.
const ticksPerSecond = 100

interface ProcessTimes {
  pid: number
  parent: number
  /** Its own, in seconds. */
  own: number
  /** Of its children that have ended. */
  ended: number
}

/** CPU seconds of processes and all their descendants, those that have ended included. */
export function treeSeconds(roots: readonly number[]): number {
  return treeOf(roots).reduce((total, { own, ended }) => total + own + ended, 0)
}

/** Memory of processes and their descendants, in MB. */
export interface Memory {
  /** The sum of what each has resident; pages they share are counted in each. */
  resident: number
  /** The same, with the pages of a file that several of them have in memory counted once, as many as one of them has. */
  residentOnce: number
  /** What belongs to no file. */
  anonymous: number
}

export function treeMemory(roots: readonly number[]): Memory {
  const files = new Map<string, number>()
  let [resident, anonymous] = [0, 0]
  for (const { pid } of treeOf(roots)) {
    for (const part of partsOf(pid)) {
      resident += part.residentKb
      anonymous += part.anonymousKb
      const ofFile = part.residentKb - part.anonymousKb
      files.set(part.file, Math.max(files.get(part.file) ?? 0, ofFile))
    }
  }
  const shared = [...files.values()].reduce((total, kb) => total + kb, 0)
  const mb = (kb: number) => kb / 1_024
  return {
    resident: mb(resident),
    residentOnce: mb(anonymous + shared),
    anonymous: mb(anonymous),
  }
}

function treeOf(roots: readonly number[]): ProcessTimes[] {
  const all = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => readTimes(Number(name)))
  const members = new Set(roots)
  for (let size = 0; size !== members.size;) {
    size = members.size
    for (const { pid, parent } of all) if (members.has(parent)) members.add(pid)
  }
  return all.filter(({ pid }) => members.has(pid))
}

function readTimes(pid: number): ProcessTimes[] {
  try {
    // The name, second and in parentheses, may hold anything.
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ')
    const seconds = (place: number) => Number(fields[place]) / ticksPerSecond
    const [own, ended] = [seconds(11) + seconds(12), seconds(13) + seconds(14)]
    return [{ pid, parent: Number(fields[1]), own, ended }]
  } catch {
    return []
  }
}

/** The mappings of a process: `file` names the same pages in every process. */
function partsOf(pid: number) {
  const smaps = readText(`/proc/${pid}/smaps`)
  const mappings = smaps.split(/^(?=[0-9a-f]+-[0-9a-f]+ )/m).filter((text) => text !== '')
  return mappings.map((text) => {
    const [, place = '', name = ''] = /^\S+ \S+ (\S+ \S+ \d+) *(.*)$/m.exec(text) ?? []
    const kb = (field: string) => Number(new RegExp(`^${field}: +(\\d+)`, 'm').exec(text)?.[1] ?? 0)
    return { file: `${name} ${place}`, residentKb: kb('Rss'), anonymousKb: kb('Anonymous') }
  })
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}
