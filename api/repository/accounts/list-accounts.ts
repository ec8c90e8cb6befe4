import type postgres from 'postgres'
import type { AccountRole } from './account.ts'

export interface AccountRow {
  id: number
  name: string
  role: AccountRole
  createdAt: Date
  disabledAt: Date | null
  hasPassword: boolean
}

/** Everybody who may sign in, by name. */
export async function listAccounts({ sql }: { sql: postgres.ISql }): Promise<AccountRow[]> {
  return await sql<AccountRow[]>`
    select id, name, role, created_at as "createdAt", disabled_at as "disabledAt",
           password_hash is not null as "hasPassword"
      from pem.account order by name`
}
