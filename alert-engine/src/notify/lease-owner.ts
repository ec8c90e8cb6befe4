import { randomUUID } from 'node:crypto'

/** A process's name in the spool, which tells others on its host when it is dead. */
export interface LeaseOwner {
  name: string
  /** Whether that owner's process ran on this host and is no more. A doubt counts as alive: then its lease runs out. */
  isGone: (other: string) => boolean
}

export function createLeaseOwner(process: {
  host: string
  pid: number
  isAlive: (pid: number) => boolean
}): LeaseOwner {
  const prefix = `${process.host} ${process.pid} `
  const name = prefix + randomUUID().slice(0, 8)
  return {
    name,
    isGone: (other) => {
      if (other === name) return false
      // Our own process id under another name: whoever had it before us.
      if (other.startsWith(prefix)) return true
      const [host, pid] = other.split(' ')
      return host === process.host && Number(pid) > 0 && !process.isAlive(Number(pid))
    },
  }
}

/** Whether a process of this id runs here, whoever owns it. */
export function isProcessAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return !(error instanceof Error && 'code' in error && error.code === 'ESRCH')
  }
}
