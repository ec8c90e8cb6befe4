-- Words and their meaning: design. `pem` is configuration and work, `pemdata` the newest rows, `pemhistory` rows
-- over time, `pem_api` stable views. The tables of probes are made from their definitions, not here.
create schema if not exists pem;
create schema pemdata;
create schema pemhistory;
create schema pem_api;

-- The one clock. A test, or a rule run on the past, sets `pem.now`.
create function pem.now() returns timestamptz language sql stable as $$
  select coalesce(nullif(current_setting('pem.now', true), '')::timestamptz, clock_timestamp())
$$;

create table pem.host (
  id         int generated always as identity primary key,
  machine_id text not null unique,
  name       text not null,
  added_at   timestamptz not null default now()
);

create table pem.agent (
  id          uuid primary key,
  name        text not null,
  host_id     int not null references pem.host,
  enrolled_at timestamptz not null default now(),
  disabled_at timestamptz
);

create table pem.agent_certificate (
  serial      text primary key,
  agent_id    uuid not null references pem.agent,
  not_after   timestamptz not null,
  issued_at   timestamptz not null default now(),
  -- Set when a renewal replaced it: it serves ten more minutes.
  replaced_at timestamptz,
  revoked_at  timestamptz
);

create table pem.enrolment_token (
  hash         bytea primary key,
  host_pattern text not null default '*',
  created_at   timestamptz not null default now(),
  created_by   text not null,
  expires_at   timestamptz not null,
  used_at      timestamptz,
  used_by      uuid references pem.agent
);

create table pem.instance (
  id              int generated always as identity primary key,
  name            text not null,
  agent_id        uuid not null references pem.agent,
  host_id         int not null references pem.host,
  address         text not null,
  port            int not null check (port between 1 and 65535),
  database_name   text not null,
  user_name       text not null,
  sslmode         text not null default 'prefer',
  password_sealed bytea,
  -- The role that runbooks run as; without one, actions on this instance are refused.
  actor_user            text,
  actor_password_sealed bytea,
  added_at        timestamptz not null default now(),
  removed_at      timestamptz
);
create unique index instance_endpoint on pem.instance (address, port) where removed_at is null;
create unique index instance_name on pem.instance (name) where removed_at is null;

-- Where each agent's spool has been stored up to: a batch that repeats is known by it.
create table pem.agent_cursor (
  agent_id      uuid not null references pem.agent,
  spool_id      uuid not null,
  last_sequence bigint not null,
  updated_at    timestamptz not null default now(),
  primary key (agent_id, spool_id)
);

-- Questions to an agent that somebody waits for: short-lived. Bodies may hold passwords, so they are sealed.
create table pem.agent_request (
  id          uuid primary key default gen_random_uuid(),
  agent_id    uuid not null references pem.agent,
  kind        text not null check (kind in ('check_instance', 'run_probe')),
  body_sealed bytea not null,
  created_at  timestamptz not null default now(),
  expires_at  timestamptz not null,
  answered_at timestamptz,
  answer      jsonb
);
create index agent_request_open on pem.agent_request (agent_id, created_at) where answered_at is null;

create table pem.account (
  id            int generated always as identity primary key,
  name          text not null unique,
  password_hash text,
  role          text not null check (role in ('viewer', 'responder', 'operator', 'admin')),
  created_at    timestamptz not null default now(),
  disabled_at   timestamptz
);

create table pem.session (
  hash         bytea primary key,
  account_id   int not null references pem.account,
  created_at   timestamptz not null default now(),
  last_seen_at timestamptz not null default now(),
  expires_at   timestamptz not null
);

create table pem.sign_in_link (
  hash       bytea primary key,
  account_id int not null references pem.account,
  expires_at timestamptz not null,
  used_at    timestamptz
);

create table pem.api_token (
  hash       bytea primary key,
  name       text not null,
  account_id int not null references pem.account,
  created_at timestamptz not null default now(),
  revoked_at timestamptz
);

-- Probes whose tables exist; `definition` is the one they were last made from.
create table pem.probe (
  name       text primary key,
  definition jsonb not null,
  changed_at timestamptz not null default now()
);

create table pem.rule_override (
  rule        text not null,
  instance_id int references pem.instance,
  levels      jsonb not null,
  changed_by  text not null,
  changed_at  timestamptz not null default now(),
  unique nulls not distinct (rule, instance_id)
);

create table pem.rule_runtime (
  rule               text primary key,
  evaluated_at       timestamptz,
  duration_ms        float8,
  rows               int,
  error              text,
  consecutive_errors int not null default 0,
  epoch              bigint not null default 0
);

-- Leadership of a shard of the evaluation. Every write of an engine checks that `epoch` is still its own.
create table pem.lease (
  shard      int primary key,
  holder     text not null,
  epoch      bigint not null,
  expires_at timestamptz not null
);

create table pem.channel (
  id            int generated always as identity primary key,
  name          text not null unique,
  kind          text not null check (kind in ('smtp')),
  config_sealed bytea not null,
  receivers     text[] not null check (cardinality(receivers) > 0),
  enabled       boolean not null default true,
  changed_at    timestamptz not null default now()
);

create table pem.route (
  id         int generated always as identity primary key,
  channel_id int not null references pem.channel on delete cascade,
  rule       text,
  min_level  smallint not null default 2 check (min_level between 1 and 3),
  enabled    boolean not null default true
);

create table pem.runbook (
  name      text not null,
  version   text not null,
  -- Exactly the bytes that were signed.
  document  bytea not null,
  signature bytea not null,
  key_id    text not null,
  signed_at timestamptz not null default now(),
  primary key (name, version)
);

-- Condition, level, health, flapping, acknowledgement are dimensions of their own; suppression is worked out when telling.
create table pemdata.alert (
  id              uuid primary key default gen_random_uuid(),
  rule            text not null,
  fingerprint     text not null,
  -- The identity columns; `labels` holds every column of the newest row.
  identity        jsonb not null,
  labels          jsonb not null,
  instance_id     int references pem.instance,
  agent_id        uuid references pem.agent,
  condition       text not null check (condition in ('normal', 'pending', 'firing', 'recovering')),
  level           smallint not null default 0 check (level between 0 and 3),
  max_level       smallint not null default 0 check (max_level between 0 and 3),
  health          text not null default 'ok' check (health in ('ok', 'no_data', 'error', 'stale', 'unmonitored')),
  flapping        boolean not null default false,
  flap_ring       int not null default 0,
  -- Observed milliseconds at or above each level, by level: what `for` counts.
  observed_ms     jsonb not null default '{}',
  pending_since   timestamptz,
  recovering_since timestamptz,
  recovering_ms   float8 not null default 0,
  episode_id      uuid,
  raised_at       timestamptz,
  resolved_at     timestamptz,
  sequence        int not null default 0,
  value           float8,
  threshold       float8,
  unit            text not null,
  message         text not null,
  data_at         timestamptz,
  changed_at      timestamptz not null default now(),
  -- The firing rule that keeps this alert's raise from being told; told when that one ends.
  muted_by        text,
  acknowledged_by    text,
  acknowledged_at    timestamptz,
  acknowledged_until timestamptz,
  acknowledged_note  text,
  unique (rule, fingerprint)
) with (fillfactor = 70);
create index alert_open on pemdata.alert (level desc, raised_at) where condition <> 'normal';
-- What a rule looks at each time, beside new rows.
create index alert_live on pemdata.alert (rule) where condition <> 'normal' or flap_ring <> 0;
create index alert_instance on pemdata.alert (instance_id) where condition <> 'normal';

create table pemhistory.alert (
  alert_id       uuid not null,
  sequence       int not null,
  at             timestamptz not null,
  episode_id     uuid,
  rule           text not null,
  instance_id    int,
  kind           text not null check (kind in ('pending', 'raised', 'level_up', 'level_down', 'recovering', 'resumed',
                   'resolved', 'dropped', 'acknowledged', 'unacknowledged', 'health', 'unmuted', 'flapping_started',
                   'flapping_ended')),
  from_condition text not null,
  to_condition   text not null,
  from_level     smallint not null,
  to_level       smallint not null,
  reason         text not null,
  -- When the sample that caused it was collected, and stored.
  data_at        timestamptz,
  value          float8,
  threshold      float8,
  message        text not null,
  labels         jsonb not null,
  evidence       jsonb not null default '[]',
  -- Why it was told, or why not: `told`, `below_route`, `no_route`, `muted_by:<rule>`, `not_notifying`, …
  told           text not null,
  actor          text,
  epoch          bigint not null default 0,
  primary key (alert_id, sequence, at)
) partition by range (at);
create table pemhistory.alert_default partition of pemhistory.alert default;
create index on pemhistory.alert (at);
create index on pemhistory.alert (episode_id);

-- The spool: one message to one receiver. Written in the transaction of its transition.
create table pem.notification (
  id            uuid primary key default gen_random_uuid(),
  alert_id      uuid not null,
  sequence      int not null,
  episode_id    uuid not null,
  channel_id    int not null references pem.channel,
  receiver      text not null,
  kind          text not null check (kind in ('raised', 'level_up', 'level_down', 'resolved')),
  state         text not null default 'queued'
                check (state in ('queued', 'sending', 'sent', 'retry_wait', 'unknown', 'dead', 'superseded')),
  message_id    text not null unique,
  in_reply_to   text,
  subject       text not null,
  body          jsonb not null,
  created_at    timestamptz not null default now(),
  next_try_at   timestamptz not null default now(),
  expires_at    timestamptz not null,
  attempts      int not null default 0,
  lease_owner   text,
  lease_until   timestamptz,
  sent_at       timestamptz,
  reply         text,
  last_error    text,
  unique (alert_id, sequence, channel_id, receiver)
) with (fillfactor = 70);
create index notification_open on pem.notification (next_try_at)
  where state in ('queued', 'sending', 'retry_wait', 'unknown');
create index notification_lane on pem.notification (episode_id, channel_id, receiver, sequence);
-- What a receiver got lately, which bounds what he gets next; and the dead letters, which are shown.
create index notification_sent on pem.notification (channel_id, sent_at) where sent_at is not null;
create index notification_dead on pem.notification (created_at) where state = 'dead';

create table pem.notification_attempt (
  notification_id uuid not null references pem.notification,
  attempt         int not null,
  started_at      timestamptz not null default clock_timestamp(),
  ended_at        timestamptz,
  outcome         text check (outcome in ('sent', 'retry', 'dead', 'unknown')),
  reply           text,
  primary key (notification_id, attempt)
);

-- One run of a runbook. `proposed` by an alert, or made by a user; every change of state also writes `pem.audit`.
create table pem.action (
  id              uuid primary key default gen_random_uuid(),
  runbook         text not null,
  runbook_version text not null,
  instance_id     int not null references pem.instance,
  agent_id        uuid not null references pem.agent,
  parameters      jsonb not null,
  dry_run         boolean not null default false,
  state           text not null check (state in ('proposed', 'queued', 'dispatched', 'running', 'verifying', 'succeeded',
                    'ineffective', 'failed', 'refused', 'timed_out', 'lost', 'expired', 'cancelled')),
  alert_id        uuid,
  episode_id      uuid,
  requested_by    text not null,
  reason          text,
  created_at      timestamptz not null default now(),
  queued_at       timestamptz,
  dispatched_at   timestamptz,
  started_at      timestamptz,
  finished_at     timestamptz,
  verified_at     timestamptz,
  -- Not started by then: expired. Not finished by then: lost.
  start_before    timestamptz,
  finish_before   timestamptz,
  preview         jsonb,
  result          jsonb,
  output_head     text,
  output_tail     text,
  output_bytes    bigint,
  error           text
);
create unique index action_proposal on pem.action (episode_id, runbook) where state = 'proposed';
create unique index action_one_at_a_time on pem.action (runbook, instance_id, parameters)
  where not dry_run and state in ('queued', 'dispatched', 'running', 'verifying');
create index action_open on pem.action (agent_id, state) where state in ('queued', 'dispatched', 'running', 'verifying');
create index action_alert on pem.action (alert_id);

-- hash = sha256(previous_hash || canonical row); written under one advisory lock, only ever inserted.
create table pem.audit (
  sequence      bigint primary key,
  at            timestamptz not null,
  actor         text not null,
  kind          text not null,
  subject       text not null,
  detail        jsonb not null,
  previous_hash bytea not null,
  hash          bytea not null unique
);

-- An agent's newest heartbeat.
create table pemdata.agent (
  agent_id           uuid primary key references pem.agent,
  collected_at       timestamptz not null,
  version            text not null,
  started_at         timestamptz not null,
  worker_restarts    int not null,
  spool_bytes        float8 not null,
  spool_oldest_seconds float8 not null,
  dropped_samples    float8 not null,
  clock_skew_seconds float8 not null,
  detail             jsonb not null default '{}'
) with (fillfactor = 50);

-- The outcome of the newest run of each probe on each target; this is how "no rows" is told from "no data".
create table pemdata.probe_run (
  probe                text not null,
  instance_id          int references pem.instance,
  host_id              int references pem.host,
  agent_id             uuid not null references pem.agent,
  collected_at         timestamptz not null,
  stored_at            timestamptz not null default now(),
  ok                   boolean not null,
  duration_seconds     float8 not null,
  row_count            int not null,
  cut_rows             int not null default 0,
  sqlstate             text,
  error                text,
  hint                 text,
  consecutive_failures int not null default 0,
  last_ok_at           timestamptz,
  unique nulls not distinct (probe, instance_id, host_id)
) with (fillfactor = 50);
