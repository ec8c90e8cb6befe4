import { totalmem } from 'node:os'
import { type Probe, probes, prometheusName } from '@trunkline/probes'
import { expect, test } from 'vitest'
import { startAgent } from './agent.ts'
import { debianProgram } from './debian.ts'
import { queryMetrics, type Series } from './metrics-query.ts'
import { connectAs, createMonitor } from './monitored.ts'
import { installCommand, startPostgres, type TestPostgres } from './postgres.ts'
import { startPrometheus } from './prometheus.ts'
import { startVictoriaMetrics } from './victoria-metrics.ts'

const hasStores = debianProgram('prometheus') && debianProgram('victoria-metrics')
const shop = `shop "<b>"\n😀`

/** Labels that a store adds for itself: where it scraped, and OTLP's resource and scope. */
const own = /^(__name__|instance|job|service_name|scope_.*|otel_scope_.*)$/

/** Series by name and labels, without what only one store adds. */
function byIdentity(series: Series[]): Map<string, number> {
  return new Map(
    series.map(({ labels, value }) => {
      const shared = Object.entries(labels).filter(([label]) => !own.test(label))
      return [`${labels['__name__']} ${shared.map(String).toSorted().join(' ')}`, value]
    }),
  )
}

/** Every name that a primary without standbys, slots or archiving has numbers for. */
function expectedNames(): string[] {
  const absent = /replication|slot|archiver_(ready|age)/
  return Object.values<Probe>(probes)
    .flatMap((probe) => Object.entries(probe.metrics))
    .map(([name, metric]) => prometheusName(name, metric))
    .filter((name) => !absent.test(name))
}

async function prepare(server: TestPostgres): Promise<void> {
  await createMonitor(server)
  const url = await server.createDatabase(shop)
  const sql = connectAs({ url }, 'postgres')
  await sql`create table "or""ders" as select generate_series(1, 1000) as id`
  await sql.end({ timeout: 5 })
  const later = connectAs({ url }, 'postgres')
  const live = () => later`select n_live_tup::int as live from pg_stat_user_tables`
  await expect.poll(live, { timeout: 20_000 }).toEqual([{ live: 1_000 }])
  await later.end({ timeout: 5 })
}

async function askServer(server: TestPostgres): Promise<Record<string, number>> {
  const sql = connectAs(server, 'postgres')
  const [row] = await sql`
    select tup_inserted::float8 as inserted, current_setting('max_connections')::float8 as max_connections,
           pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0')::float8 as position,
           (select sum(num_timed + num_requested)::float8 from pg_stat_checkpointer) as checkpoints
      from pg_stat_database where datname = ${shop}`
  await sql.end({ timeout: 5 })
  return { ...row }
}

test.skipIf(!hasStores && !process.env['CI'])(
  `VictoriaMetrics by OTLP and Prometheus by scraping hold the same series with what PostgreSQL says (else: ${installCommand})`,
  { timeout: 180_000 },
  async () => {
    await using server = await startPostgres({ settings: { autovacuum: 'off' } })
    await prepare(server)
    await using victoria = await startVictoriaMetrics()
    await using agent = await startAgent({
      watch: [{ name: 'shop 1', port: server.port }],
      metricsWriteUrls: [victoria.writeUrl],
    })
    await using prometheus = await startPrometheus({ scrape: [agent.metrics] })
    const selector = '{__name__=~"(postgresql|system)_.+"}'
    const names = async (store: { url: string }) =>
      new Set((await queryMetrics(store, selector)).map(({ labels }) => labels['__name__']))
    for (const store of [victoria, prometheus]) {
      await expect
        .poll(() => names(store), { timeout: 90_000, interval: 500 })
        .toEqual(new Set(expectedNames()))
    }

    const [pushed, scraped] = [
      byIdentity(await queryMetrics(victoria, selector)),
      byIdentity(await queryMetrics(prometheus, selector)),
    ]
    // Connections come and go between one look and the other, as do their states.
    const steady = (identity: string) => !identity.includes('postgresql_connection')
    expect([...pushed.keys()].filter(steady).toSorted()).toEqual(
      [...scraped.keys()].filter(steady).toSorted(),
    )

    const said = await askServer(server)
    for (const store of [victoria, prometheus]) {
      const value = async (expression: string) => {
        const series = await queryMetrics(store, expression)
        expect(series, `${expression} at ${store.url}`).toHaveLength(1)
        return series[0]?.value
      }
      const label = JSON.stringify(shop)
      expect(await value(`postgresql_up{postgresql_instance_name="shop 1"}`)).toBe(1)
      expect(await value(`postgresql_up{server_port="${server.port}"}`)).toBe(1)
      expect(await value('postgresql_connection_max')).toBe(said['max_connections'])
      expect(await value(`postgresql_tup_inserted_total{db_namespace=${label}}`)).toBe(
        said['inserted'],
      )
      const table = `db_namespace=${label},postgresql_schema="public",db_collection_name="or\\"ders"`
      expect(await value(`postgresql_table_rows{${table},state="live"}`)).toBe(1_000)
      expect(await value(`postgresql_table_rows{${table},state="dead"}`)).toBe(0)
      expect(await value('sum(postgresql_bgwriter_checkpoint_count_total)')).toBe(
        said['checkpoints'],
      )
      expect(await value('system_memory_limit_bytes')).toBe(totalmem())
      const position = await value('postgresql_wal_position_bytes')
      expect(position).toBeGreaterThan(0)
      expect(position).toBeLessThanOrEqual(said['position'] ?? 0)
    }
  },
)
