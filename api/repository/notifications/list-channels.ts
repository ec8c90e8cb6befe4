import type postgres from 'postgres'

export interface ChannelRow {
  id: number
  name: string
  kind: 'smtp'
  receivers: string[]
  enabled: boolean
}

/** The channels without their secrets, by name. */
export async function listChannels({ sql }: { sql: postgres.ISql }): Promise<ChannelRow[]> {
  return await sql<ChannelRow[]>`
    select id, name, kind, receivers, enabled from pem.channel order by name`
}
