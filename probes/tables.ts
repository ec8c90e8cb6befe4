import type { Probe } from './probe.ts'

/**
 * Read from `pg_class` and the statistics functions instead of `pg_stat_all_tables`, which joins every index, and
 * sized by `relpages`: no lock is asked for, so a table under ACCESS EXCLUSIVE is no hindrance. Of tables under no
 * pressure the largest are shown, so that the set changes little.
 */
export const tables = {
  summary: 'Vacuum state of the tables that need it most: pressure 1 is where autovacuum steps in.',
  scope: 'database',
  role: 'primary',
  every: '5m',
  timeout: '10s',
  retention: '30d',
  maxRows: 500,
  sql: {
    13: `
      with defaults as materialized (
        select current_setting('autovacuum_vacuum_threshold')::float8              as vacuum_base,
               current_setting('autovacuum_vacuum_scale_factor')::float8           as vacuum_scale,
               nullif(current_setting('autovacuum_vacuum_max_threshold', true)::float8, -1)
                                                                                   as vacuum_most,
               current_setting('autovacuum_vacuum_insert_threshold')::float8       as insert_base,
               current_setting('autovacuum_vacuum_insert_scale_factor')::float8    as insert_scale,
               current_setting('autovacuum_analyze_threshold')::float8             as analyze_base,
               current_setting('autovacuum_analyze_scale_factor')::float8          as analyze_scale,
               current_setting('autovacuum_freeze_max_age')::float8                as freeze_age
      ), counted as (
        select c.oid, c.relname, c.relnamespace, c.relkind, c.relpages,
               greatest(c.reltuples, 0)::float8                as tuples,
               pg_stat_get_live_tuples(c.oid)::float8          as live_rows,
               pg_stat_get_dead_tuples(c.oid)::float8          as dead_rows,
               pg_stat_get_ins_since_vacuum(c.oid)::float8     as inserted_rows,
               pg_stat_get_mod_since_analyze(c.oid)::float8    as modified_rows,
               age(c.relfrozenxid)::float8                     as xid_age,
               coalesce(o.enabled, true)                       as autovacuum_enabled,
               coalesce(o.vacuum_base, d.vacuum_base)          as vacuum_base,
               coalesce(o.vacuum_scale, d.vacuum_scale)        as vacuum_scale,
               coalesce(nullif(o.vacuum_most, -1), d.vacuum_most) as vacuum_most,
               coalesce(o.insert_base, d.insert_base)          as insert_base,
               coalesce(o.insert_scale, d.insert_scale)        as insert_scale,
               coalesce(o.analyze_base, d.analyze_base)        as analyze_base,
               coalesce(o.analyze_scale, d.analyze_scale)      as analyze_scale,
               least(o.freeze_age, d.freeze_age)               as freeze_age
          from pg_class c,
               defaults d,
               lateral (
                 select max(option_value) filter (where option_name = 'autovacuum_enabled')::bool as enabled,
                        max(option_value) filter (where option_name = 'autovacuum_vacuum_threshold')::float8
                          as vacuum_base,
                        max(option_value) filter (where option_name = 'autovacuum_vacuum_scale_factor')::float8
                          as vacuum_scale,
                        max(option_value) filter (where option_name = 'autovacuum_vacuum_max_threshold')::float8
                          as vacuum_most,
                        max(option_value) filter (where option_name = 'autovacuum_vacuum_insert_threshold')::float8
                          as insert_base,
                        max(option_value) filter (where option_name = 'autovacuum_vacuum_insert_scale_factor')::float8
                          as insert_scale,
                        max(option_value) filter (where option_name = 'autovacuum_analyze_threshold')::float8
                          as analyze_base,
                        max(option_value) filter (where option_name = 'autovacuum_analyze_scale_factor')::float8
                          as analyze_scale,
                        max(option_value) filter (where option_name = 'autovacuum_freeze_max_age')::float8
                          as freeze_age
                   from pg_options_to_table(c.reloptions)) o
         where c.relkind in ('r', 't', 'm') and c.relpersistence <> 't'
      ), pressed as (
        select *,
               greatest(
                 dead_rows / greatest(least(vacuum_base + vacuum_scale * tuples, vacuum_most), 1),
                 case when insert_base >= 0
                      then inserted_rows / greatest(insert_base + insert_scale * tuples, 1) end,
                 case when relkind <> 't'
                      then modified_rows / greatest(analyze_base + analyze_scale * tuples, 1) end,
                 xid_age / freeze_age) as pressure
          from counted
      ), top as (
        select * from pressed order by round(pressure::numeric, 2) desc, tuples desc, oid limit 50
      )
      select current_database()::text                                   as database,
             n.nspname::text                                            as schema,
             p.relname::text                                            as relation,
             p.live_rows,
             p.dead_rows,
             p.inserted_rows,
             p.modified_rows,
             p.pressure,
             p.xid_age,
             p.relpages * current_setting('block_size')::float8         as size_bytes,
             pg_stat_get_vacuum_count(p.oid)::float8                    as vacuums,
             pg_stat_get_autovacuum_count(p.oid)::float8                as autovacuums,
             pg_stat_get_analyze_count(p.oid)::float8                   as analyzes,
             pg_stat_get_autoanalyze_count(p.oid)::float8               as autoanalyzes,
             (select stats_reset from pg_stat_database where datname = current_database())
                                                                        as since,
             p.autovacuum_enabled,
             pg_stat_get_last_vacuum_time(p.oid)                        as last_vacuum_at,
             pg_stat_get_last_autovacuum_time(p.oid)                    as last_autovacuum_at,
             pg_stat_get_last_analyze_time(p.oid)                       as last_analyze_at,
             pg_stat_get_last_autoanalyze_time(p.oid)                   as last_autoanalyze_at
        from top p
        join pg_namespace n on n.oid = p.relnamespace
       order by p.pressure desc, p.oid`,
  },
  labels: { database: 'db.namespace', schema: 'postgresql.schema', relation: 'db.collection.name' },
  since: 'since',
  metrics: {
    'postgresql.table.rows': {
      kind: 'gauge',
      unit: '{row}',
      description: 'Rows, as the statistics estimate them.',
      columns: { live_rows: { state: 'live' }, dead_rows: { state: 'dead' } },
    },
    'postgresql.table.rows.pending': {
      kind: 'gauge',
      unit: '{row}',
      description: 'Rows inserted since the last vacuum, and changed since the last analyze.',
      columns: { inserted_rows: { type: 'vacuum' }, modified_rows: { type: 'analyze' } },
    },
    'postgresql.table.vacuum.pressure': {
      kind: 'gauge',
      unit: '1',
      description:
        "Highest of the table's counts and its age, each as a share of autovacuum's threshold.",
      columns: { pressure: {} },
    },
    'postgresql.table.transaction.age': {
      kind: 'gauge',
      unit: '{transaction}',
      description: 'Age of the oldest transaction id not yet frozen in the table.',
      columns: { xid_age: {} },
    },
    'postgresql.table.size.estimate': {
      kind: 'gauge',
      unit: 'By',
      description: 'Size of the table without indexes, as of its last vacuum or analyze.',
      columns: { size_bytes: {} },
    },
    'postgresql.table.maintenance.count': {
      kind: 'counter',
      unit: '{run}',
      description: 'Runs of vacuum and analyze, by hand and automatic.',
      columns: {
        vacuums: { type: 'vacuum' },
        autovacuums: { type: 'autovacuum' },
        analyzes: { type: 'analyze' },
        autoanalyzes: { type: 'autoanalyze' },
      },
    },
  },
  details: {
    autovacuum_enabled: 'bool',
    last_vacuum_at: 'timestamptz',
    last_autovacuum_at: 'timestamptz',
    last_analyze_at: 'timestamptz',
    last_autoanalyze_at: 'timestamptz',
  },
} satisfies Probe
