import type { Sql } from 'postgres'

/** A mail server, who the mails are from, and who gets them. */
export interface MailChannel {
  name: string
  /** As in `smtp://user:password@mail.example.org:587`. */
  url: string
  from: string
  receivers: readonly string[]
}

/**
 * Makes the channel of this name, or changes it. A new one gets a route: everything from warning on. Its
 * address holds a password, so it is kept sealed.
 */
export async function saveMailChannel(
  { sql, seal }: { sql: Sql; seal: (secret: string, context: string) => Buffer },
  { name, url, from, receivers }: MailChannel,
): Promise<number> {
  const sealed = seal(JSON.stringify({ url, from }), mailChannelContext(name))
  return await sql.begin(async (tx) => {
    const [row] = await tx<{ id: number; isNew: boolean }[]>`
      insert into pem.channel (name, kind, config_sealed, receivers)
      values (${name}, 'smtp', ${sealed}, ${[...receivers]})
          on conflict (name) do update
         set config_sealed = excluded.config_sealed, receivers = excluded.receivers, changed_at = now()
      returning id, xmax = 0 as "isNew"`
    if (row === undefined) throw new Error(`the channel ${name} could not be saved`)
    if (row.isNew) await tx`insert into pem.route (channel_id) values (${row.id})`
    return row.id
  })
}

/** What a channel's secret is bound to. */
export function mailChannelContext(name: string): string {
  return `channel ${name}`
}
