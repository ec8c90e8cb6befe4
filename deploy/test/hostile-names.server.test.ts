import { answerOf } from '../src/api-access.ts'
import { waitFor } from '../src/up/wait.ts'
import postgres from 'postgres'
import { expect, test } from 'vitest'
import { queryMetrics } from './metrics-query.ts'
import { installCommand } from './postgres.ts'
import { cannotSetStage, setStage } from './stage.ts'

/** 63 bytes, the most PostgreSQL allows, with what breaks headers, pages, shells, SQL and metrics. */
const hostile = `"x'\n\t<script>alert(1)</script>\\\${y}$(z){{q}}`.padEnd(59, '_') + '😀'

test.skipIf(cannotSetStage)(
  `names with quotes, newlines, markup and emoji, and bytes that are no text, go from the server to the mail unharmed (else: ${installCommand})`,
  { timeout: 240_000 },
  async ({ signal }) => {
    expect(Buffer.byteLength(hostile)).toBe(63)
    await using stage = await setStage({ signal, furnish })
    const { api, instanceId, sink, shop } = stage
    await using fault = await hold(shop.server.url)

    const alert = await waitFor({
      ask: async () => {
        const query = { state: 'firing', instance: String(instanceId) } as const
        const { items } = await answerOf(api.alerts.$get({ query }))
        return items.find(({ labels }) => Number(labels['pid']) === fault.pid)
      },
      timeoutMs: 60_000,
      signal,
      failure: (last) => `no alert of the hostile session: ${last}`,
    })
    expect(alert.labels).toMatchObject({ database: hostile, user_name: hostile })

    const mail = await sink.waitFor(({ text }) => text.includes(alert.id), 20_000)
    expect(mail.subject).not.toMatch(/[\r\n]/)
    expect(mail.html).not.toContain('<script')
    expect(mail.text).toContain('<script>alert(1)</script>')

    const probe = { probe: 'tables' }
    const query = { instance: String(instanceId) }
    const tables = await waitFor({
      ask: async () => {
        const sample = await answerOf(api.samples[':probe'].$get({ param: probe, query }))
        return sample.rows.length > 2 ? sample : undefined
      },
      timeoutMs: 60_000,
      signal,
      failure: (last) => `no sample of the tables: ${last}`,
    })
    expect(tables.run?.ok).toBe(true)
    const names = tables.rows.map((row) => row['relation'])
    expect(names).toContain(hostile)
    // One byte that is no UTF-8, shown as such; the rows around it are whole.
    expect(
      names.filter((name) => typeof name === 'string' && /^byte.table$/u.test(name)),
    ).toHaveLength(1)
    expect(names).toContain('product')

    const label = JSON.stringify(hostile)
    const series = await waitFor({
      ask: async () => {
        const found = await queryMetrics(
          stage.store,
          `postgresql_connection_count{db_namespace=${label}}`,
        )
        return found.length > 0 ? found : undefined
      },
      timeoutMs: 60_000,
      signal,
      failure: (last) => `the metrics store does not know the database: ${last}`,
    })
    expect(series[0]?.labels['db_namespace']).toBe(hostile)
  },
)

/** A hostile role, database and table; and a database without an encoding, with a table whose name is no text. */
async function furnish(url: string): Promise<void> {
  await using admin = connect(url)
  await admin.sql.unsafe(`create role ${quoted(hostile)} login superuser password 'x'`)
  await admin.sql.unsafe(`create database ${quoted(hostile)}`)
  await admin.sql.unsafe(`create database bytes encoding 'SQL_ASCII' locale 'C' template template0`)
  await using named = connect(url, { database: hostile })
  await named.sql.unsafe(`create table ${quoted(hostile)} as select 1 as id`)
  await using bytes = connect(url, { database: 'bytes' })
  await bytes.sql.unsafe(`do $$ begin
    execute format('create table %I as select 1 as id', convert_from('\\x62797465ff7461626c65', 'SQL_ASCII'));
  end $$`)
}

/** The hostile role's session, idle in its transaction. */
async function hold(url: string): Promise<AsyncDisposable & { pid: number }> {
  const { sql } = connect(url, { database: hostile, user: hostile, password: 'x' })
  const session = await sql.reserve()
  await session`begin`
  const [row] = await session<{ pid: number }[]>`
    update ${sql(hostile)} set id = 2 returning pg_backend_pid() as pid`
  return {
    pid: row?.pid ?? 0,
    [Symbol.asyncDispose]: () => sql.end({ timeout: 0 }).catch(() => undefined),
  }
}

function connect(url: string, options: postgres.Options<Record<string, never>> = {}) {
  const sql = postgres(url, { max: 1, onnotice: () => undefined, ...options })
  return { sql, [Symbol.asyncDispose]: () => sql.end({ timeout: 5 }) }
}

const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`
