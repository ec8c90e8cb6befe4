import type { ISql } from 'postgres'
import { z } from 'zod'
import { mailChannelContext } from './save-mail-channel.ts'

/** A channel to send through; `problem` says why it cannot be used. */
export type OpenedMailChannel =
  | { id: number; name: string; version: string; url: string; from: string }
  | { id: number; name: string; version: string; problem: string }

const configSchema = z.strictObject({ url: z.string(), from: z.string() })

/** The enabled mail channels, opened. One that does not open does not keep the others from being used. */
export async function readMailChannels({
  sql,
  unseal,
}: {
  sql: ISql
  unseal: (sealed: Uint8Array, context: string) => string
}): Promise<OpenedMailChannel[]> {
  const rows = await sql<{ id: number; name: string; sealed: Buffer; version: string }[]>`
    select id, name, config_sealed as sealed, extract(epoch from changed_at)::text as version
      from pem.channel where enabled and kind = 'smtp' order by id`
  return rows.map(({ id, name, sealed, version }) => {
    try {
      const config = configSchema.parse(JSON.parse(unseal(sealed, mailChannelContext(name))))
      return { id, name, version, ...config }
    } catch (error) {
      return { id, name, version, problem: error instanceof Error ? error.message : String(error) }
    }
  })
}
