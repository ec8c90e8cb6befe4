/**
 * The views of schema `pem_api` that are not of one probe: what Grafana and other readers of SQL may rely on. Columns
 * are only ever added at the end of each.
 */
export const apiViews: readonly string[] = [
  `create or replace view pem_api.instances as
   select i.id, i.name, i.address, i.port, a.name as agent, h.name as host,
          case when r.ok and r.collected_at > pem.now() - interval '60 s' then p.state else 'unknown' end as state,
          p.version, p.in_recovery, p.started_at, p.system_identifier,
          r.collected_at as data_at,
          (case when r.collected_at is not null then greatest(0, extract(epoch from pem.now() - r.collected_at)) end)::float8 as data_age_seconds,
          (select coalesce(max(level), 0) from pemdata.alert
            where instance_id = i.id and condition in ('firing', 'recovering')) as level
     from pem.instance i
     join pem.agent a on a.id = i.agent_id
     join pem.host h on h.id = i.host_id
     left join pemdata.probe_run r on r.probe = 'instance' and r.instance_id = i.id
     left join pemdata.instance p on p.instance_id = i.id
    where i.removed_at is null`,

  `create or replace view pem_api.agents as
   select a.id, a.name, h.name as host, d.version, d.collected_at as last_seen_at,
          (case when d.collected_at is not null then greatest(0, extract(epoch from pem.now() - d.collected_at)) end)::float8 as age_seconds,
          d.spool_bytes, d.spool_oldest_seconds, d.dropped_samples, d.worker_restarts, d.clock_skew_seconds
     from pem.agent a
     join pem.host h on h.id = a.host_id
     left join pemdata.agent d on d.agent_id = a.id
    where a.disabled_at is null`,

  `create or replace view pem_api.alerts as
   select x.id, x.rule, x.level, (array['info', 'warning', 'critical'])[x.level] as level_name, x.condition, x.health,
          x.flapping, x.instance_id, i.name as instance, a.name as agent, x.value, x.threshold, x.unit, x.message,
          x.labels, x.pending_since, x.raised_at, x.changed_at, x.data_at,
          x.acknowledged_by, x.acknowledged_at, x.acknowledged_until, x.episode_id
     from pemdata.alert x
     left join pem.instance i on i.id = x.instance_id
     left join pem.agent a on a.id = x.agent_id
    where x.condition <> 'normal'`,

  `create or replace view pem_api.alert_history as
   select t.at as "time", t.alert_id, t.episode_id, t.rule, t.instance_id, i.name as instance, t.kind,
          t.from_condition, t.to_condition, t.from_level, t.to_level, t.value, t.threshold, t.message, t.labels,
          t.reason, t.told, t.actor, t.data_at
     from pemhistory.alert t
     left join pem.instance i on i.id = t.instance_id`,
]
