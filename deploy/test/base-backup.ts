import { join } from 'node:path'
import postgres from 'postgres'
import { copyDataFolder, runAsServerUser } from './data-folder.ts'
import type { Major } from './postgres-binaries.ts'

/** Copies a running server's data folder between the start and the stop of a backup, as pg_basebackup does. */
export async function takeBaseBackup(
  from: { url: string; major: Major; dataDir: string },
  to: string,
): Promise<void> {
  const sql = postgres(from.url, { max: 1, onnotice: () => undefined })
  try {
    if (from.major >= 15) await sql`select pg_backup_start('standby', true)`
    else await sql`select pg_start_backup('standby', true, false)`
    copyDataFolder(from.dataDir, to)
    runAsServerUser('rm', ['-f', join(to, 'postmaster.pid'), join(to, 'postmaster.opts')])
    const [stopped] =
      from.major >= 15
        ? await sql<{ labelfile: string }[]>`select labelfile from pg_backup_stop(false)`
        : await sql<{ labelfile: string }[]>`select labelfile from pg_stop_backup(false, false)`
    const label = stopped?.labelfile ?? ''
    runAsServerUser('sh', ['-c', 'printf %s "$1" > "$0"', join(to, 'backup_label'), label])
    runAsServerUser('cp', ['-r', join(from.dataDir, 'pg_wal', '.'), join(to, 'pg_wal')])
  } finally {
    await sql.end({ timeout: 5 })
  }
}
