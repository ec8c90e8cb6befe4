import type postgres from 'postgres'

/** Ends the session, if it is still there. */
export async function endSession({ sql }: { sql: postgres.ISql }, hash: Buffer): Promise<void> {
  await sql`delete from pem.session where hash = ${hash}`
}
