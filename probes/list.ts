// Made from the files beside it by `npm run generate -w probes`.
import { archiver } from './archiver.ts'
import { blocking } from './blocking.ts'
import { checkpoints } from './checkpoints.ts'
import { connections } from './connections.ts'
import { databases } from './databases.ts'
import { filesystems } from './filesystems.ts'
import { host } from './host.ts'
import { instance } from './instance.ts'
import type { Probe } from './probe.ts'
import { replication } from './replication.ts'
import { sessions } from './sessions.ts'
import { slots } from './slots.ts'
import { tables } from './tables.ts'
import { wal } from './wal.ts'
import { wraparound } from './wraparound.ts'

/** Every probe that ships, by the name of its tables. */
export const probes = {
  archiver,
  blocking,
  checkpoints,
  connections,
  databases,
  filesystems,
  host,
  instance,
  replication,
  sessions,
  slots,
  tables,
  wal,
  wraparound,
} satisfies Record<string, Probe>

export type ProbeName = keyof typeof probes
