import { execFileSync, spawnSync } from 'node:child_process'
import { chmodSync, mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { serverUser } from './cache.ts'

/** A new folder that the user running the servers owns. */
export function newServerFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'trunkline-postgres-'))
  chmodSync(folder, 0o755)
  const user = serverUser()
  if (user) execFileSync('chown', [`${user.uid}:${user.gid}`, folder])
  return folder
}

/** Copies a data folder. A file that vanishes meanwhile is one that a running server did not need. */
export function copyDataFolder(from: string, to: string): void {
  const flags = ['-r', '--preserve=mode,timestamps', '--reflink=auto']
  const { status, stderr } = spawnSync('cp', [...flags, from, to], {
    ...serverUser(),
    cwd: '/',
    encoding: 'utf8',
    env: { PATH: '/usr/bin:/bin', LC_ALL: 'C' },
  })
  const complaints = stderr.split('\n').filter((line) => line !== '')
  const vanished = complaints.every((line) => line.includes('No such file or directory'))
  if (status !== 0 && !(vanished && complaints.length > 0)) {
    throw new Error(`cannot copy ${from} to ${to}: ${stderr}`)
  }
}

/** Runs a command as the user that owns the data folders. */
export function runAsServerUser(command: string, args: string[]): void {
  execFileSync(command, args, { ...serverUser(), cwd: '/', stdio: ['ignore', 'ignore', 'pipe'] })
}
