import type postgres from 'postgres'

/** Forgets sessions, links, tokens and questions that ran out; each is refused by its time already. */
export async function dropExpired({ sql }: { sql: postgres.ISql }): Promise<void> {
  await sql`
    delete from pem.session
     where expires_at < now() or last_seen_at < now() - interval '1 day'`
  await sql`delete from pem.sign_in_link where expires_at < now() - interval '1 day'`
  await sql`delete from pem.enrolment_token where expires_at < now() - interval '30 days'`
  await sql`delete from pem.agent_request where expires_at < now() - interval '1 hour'`
  await sql`delete from pem.agent_certificate where not_after < now() - interval '30 days'`
}
