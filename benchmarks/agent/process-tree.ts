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

/** CPU seconds of a process and all its descendants, those that have ended included. */
export function treeSeconds(root: number): number {
  return treeOf(root).reduce((total, { own, ended }) => total + own + ended, 0)
}

/** Resident memory of a process and its descendants, in MB; pages they share are counted in each. */
export function treeResidentMb(root: number): number {
  return treeOf(root).reduce((total, { pid }) => total + residentKb(pid) / 1_024, 0)
}

function treeOf(root: number): ProcessTimes[] {
  const all = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => readTimes(Number(name)))
  const members = new Set([root])
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

function residentKb(pid: number): number {
  try {
    return Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0)
  } catch {
    return 0
  }
}
