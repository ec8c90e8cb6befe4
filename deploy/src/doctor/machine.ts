import { accessSync, constants, statfsSync, statSync } from 'node:fs'
import type { Config } from '../config.ts'
import type { LockOwner } from '../up/lock.ts'
import { busyPorts } from '../up/ports.ts'
import { bad, good, unknown, type Finding } from './finding.ts'

const leastFreeBytes = 1_000_000_000

/** What can be seen of this machine without asking a running part. */
export async function checkMachine(
  config: Config,
  running: LockOwner | undefined,
): Promise<Finding[]> {
  return [
    good('node', `${process.version} at ${process.execPath}`),
    ...config.warnings.map((warning) =>
      bad('configuration', warning, 'Unset it, or see: npx trunkline config print'),
    ),
    ...checkHome(config.home),
    await checkPorts(config, running),
  ]
}

function checkHome(home: string): Finding[] {
  try {
    const { mode, uid } = statSync(home)
    accessSync(home, constants.R_OK | constants.W_OK | constants.X_OK)
    const isClosed = (mode & 0o077) === 0
    const owner = uid === process.getuid?.()
    const { bavail, bsize } = statfsSync(home)
    const free = bavail * bsize
    return [
      isClosed
        ? good('home', `${home}, closed to others`)
        : bad('home', `${home} may be read by others, and holds keys`, `chmod 700 '${home}'`),
      ...(owner
        ? []
        : [bad('home', `${home} belongs to another user`, 'Run trunkline as its owner.')]),
      free >= leastFreeBytes
        ? good('space', `${(free / 1e9).toFixed(1)} GB free for the home`)
        : bad(
            'space',
            `only ${(free / 1e6).toFixed(0)} MB free for the home`,
            `Free space on the filesystem of ${home}.`,
          ),
    ]
  } catch {
    return [
      bad(
        'home',
        `${home} is not there or may not be used by this user`,
        'Start once: npx trunkline up',
      ),
    ]
  }
}

async function checkPorts(config: Config, running: LockOwner | undefined): Promise<Finding> {
  if (running)
    return good('process', `runs as process ${String(running.pid)} since ${running.startedAt}`)
  const [busy] = await busyPorts(config)
  if (busy !== undefined) return bad('ports', busy, 'ss -ltnp')
  return unknown('process', 'Trunkline does not run on this home; its ports are free')
}
