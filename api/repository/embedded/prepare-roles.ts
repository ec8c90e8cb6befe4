import type { Sql } from 'postgres'

interface Passwords {
  trunkline: string
  trunkline_monitor: string
  trunkline_actor: string
}

const rights = {
  trunkline: '',
  trunkline_monitor: 'connection limit 3 in role pg_monitor',
  trunkline_actor: 'connection limit 3 in role pg_signal_backend, pg_read_all_stats',
} as const

/** Makes the roles and the database of the embedded repository where they are missing. */
export async function prepareRoles(sql: Sql, passwords: Passwords): Promise<void> {
  const known = await sql<{ rolname: string }[]>`select rolname from pg_roles`
  for (const [role, right] of Object.entries(rights) as [keyof Passwords, string][]) {
    if (known.some(({ rolname }) => rolname === role)) continue
    // Passwords are ours, hexadecimal: nothing in them needs quoting.
    await sql.unsafe(`create role ${role} login password '${passwords[role]}' ${right}`)
  }
  const [made] = await sql`select 1 from pg_database where datname = 'trunkline'`
  if (!made) await sql.unsafe('create database trunkline owner trunkline')
}
