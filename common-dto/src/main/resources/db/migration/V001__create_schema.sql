-- The contract between gateway and sender. A batch id is a TSID: milliseconds since 2020-01-01 UTC in
-- the upper 42 bits, so every table that grows with traffic is partitioned by month on batch_id alone.

create table account (
  id text constraint account_pk primary key constraint account_id_form check (id ~ '^[a-z0-9-]{1,32}$'),
  name text not null,
  app_id text not null,
  app_secret bytea not null,
  rate_per_second integer constraint account_rate_positive check (rate_per_second between 1 and 100000),
  max_in_flight integer not null default 200 constraint account_in_flight_range check (max_in_flight between 1 and 2000),
  enabled boolean not null default true,
  paused boolean not null default false,
  gate_reason text,
  gate_until timestamptz,
  gate_since timestamptz,
  gate_evidence text,
  gate_opened_at timestamptz,
  slowed_to integer constraint account_slowed_to_positive check (slowed_to > 0),
  slowed_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint account_gate_complete check ((gate_reason is null) = (gate_since is null))
);
comment on column account.app_secret is 'AES-GCM with HONGYAN_MASTER_KEY: 12 bytes nonce, then ciphertext and tag; the account id is authenticated with it';
comment on column account.rate_per_second is 'calls to WeChat a second, all senders together; null = no limit';
comment on column account.max_in_flight is 'calls to WeChat at once, per sender';
comment on column account.paused is 'a person stopped sending; messages wait in the queues';
comment on column account.gate_reason is 'why the system stopped sending, e.g. daily-quota; null = open';
comment on column account.gate_until is 'when the gate opens by itself; null while gate_reason is set = a person must resume';
comment on column account.gate_opened_at is 'when the last gate or pause ended: parked messages come back within one retry delay of it';
comment on column account.slowed_to is 'calls a second after WeChat said too fast; grows again from slowed_at on';

create table template (
  account_id text not null constraint template_account_fk references account (id),
  id text not null constraint template_id_form check (id ~ '^[A-Za-z0-9_.-]{1,64}$'),
  wechat_template_id text not null,
  title text not null,
  content text not null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint template_pk primary key (account_id, id)
);

create table api_key (
  id text constraint api_key_pk primary key,
  name text not null,
  key_hash bytea not null constraint api_key_hash_unique unique,
  scopes text[] not null,
  accounts text[] not null,
  created_at timestamptz not null default now(),
  revoked_at timestamptz
);
comment on column api_key.key_hash is 'SHA-256 of the key; the key has 256 random bits, so no salt is needed';
comment on column api_key.accounts is 'account ids, or {*} for all';

create table idempotency (
  api_key_id text not null,
  key text not null,
  digest bytea not null,
  batch_id bigint not null,
  response bytea not null,
  created_at timestamptz not null default now(),
  constraint idempotency_pk primary key (api_key_id, key)
);
comment on column idempotency.digest is 'SHA-256 over the settings and the body as received';
comment on column idempotency.response is 'the 202 as first answered, byte for byte';
create index idempotency_created_at on idempotency (created_at);

create table audit_log (
  id bigint generated always as identity constraint audit_log_pk primary key,
  at timestamptz not null default now(),
  actor text not null,
  action text not null,
  subject text not null,
  detail jsonb not null default '{}'
);
create index audit_log_subject on audit_log (subject, id);

create table batch (
  id bigint constraint batch_pk primary key,
  account_id text not null,
  template_id text not null,
  wechat_template_id text not null,
  state text not null constraint batch_state_known
    check (state in ('scheduled', 'releasing', 'released', 'done', 'paused', 'cancelled')),
  state_reason text,
  priority text not null constraint batch_priority_known check (priority in ('normal', 'urgent')),
  total integer not null,
  rejected integer not null,
  url text,
  miniprogram_appid text,
  miniprogram_pagepath text,
  send_at timestamptz,
  expire_at timestamptz,
  rate_per_second integer,
  retry_of bigint,
  created_by text not null,
  created_at timestamptz not null default now(),
  started_at timestamptz,
  finished_at timestamptz,
  resumed_at timestamptz,
  releasing_to integer not null default 0,
  released_to integer not null default 0,
  released_at timestamptz,
  released_by text,
  lease_until timestamptz,
  cancelled_to integer not null default 0,
  swept_at timestamptz,
  constraint batch_cursor_order check (0 <= released_to and released_to <= releasing_to and releasing_to <= total)
) partition by range (id);
comment on column batch.wechat_template_id is 'as it was when the batch was accepted';
comment on column batch.state_reason is 'why the batch is paused or cancelled, for people';
comment on column batch.releasing_to is 'seq up to which messages may have been published';
comment on column batch.released_to is 'seq up to which every message was confirmed by the broker';
comment on column batch.released_by is 'the gateway that works on this batch until lease_until';
comment on column batch.cancelled_to is 'seq up to which a cancelled batch''s open recipients have been recorded';
comment on column batch.swept_at is 'when lost messages were last looked for';
create index batch_active on batch (account_id, priority, id)
  where state in ('scheduled', 'releasing', 'released', 'paused');
create index batch_unfinished_cancel on batch (id) where state = 'cancelled' and cancelled_to < total;
create index batch_cancelled on batch (finished_at) where state = 'cancelled';
create index batch_by_account on batch (account_id, id);

create table batch_progress (
  batch_id bigint constraint batch_progress_pk primary key,
  succeeded integer not null default 0,
  failed_recipient integer not null default 0,
  failed_template integer not null default 0,
  failed_account integer not null default 0,
  failed_request integer not null default 0,
  failed_exhausted integer not null default 0,
  failed_uncertain integer not null default 0,
  failed_cancelled integer not null default 0,
  failed_expired integer not null default 0,
  failed integer not null generated always as (failed_recipient + failed_template + failed_account + failed_request
    + failed_exhausted + failed_uncertain + failed_cancelled + failed_expired) stored,
  delivered integer not null default 0,
  undelivered integer not null default 0,
  parked_at timestamptz
) partition by range (batch_id) ;
comment on table batch_progress is 'counted in the transaction that records the outcomes; its row is also the lock that orders recorders';
comment on column batch_progress.parked_at is 'when a sender last put a message of the batch into hongyan.retry.3 (to within 10 s)';

create table recipient (
  batch_id bigint not null,
  seq integer not null,
  openid text not null,
  ref text,
  url text,
  data jsonb not null,
  constraint recipient_pk primary key (batch_id, seq)
) partition by range (batch_id);
create index recipient_openid on recipient (openid);

create table rejection (
  batch_id bigint not null,
  line integer not null,
  openid text,
  reason text not null,
  detail text not null,
  constraint rejection_pk primary key (batch_id, line)
) partition by range (batch_id);
create index rejection_openid on rejection (openid);

create table send_started (
  batch_id bigint not null,
  seq integer not null,
  open integer not null,
  since timestamptz not null,
  worker text not null,
  last_start bigint not null default 0,
  constraint send_started_pk primary key (batch_id, seq),
  constraint send_started_open_not_negative check (open >= 0)
) partition by range (batch_id);
comment on table send_started is 'committed before each call to WeChat; decides what a copy of the message may do';
comment on column send_started.open is 'attempts that WeChat may have accepted';
comment on column send_started.last_start is 'random id of the start that wrote the row last: a start repeated after an ambiguous commit counts once';
comment on column send_started.since is 'when the oldest open attempt began; where open = 0, when the last one began';

create table send_success (
  batch_id bigint not null,
  seq integer not null,
  account_id text not null,
  template_id text not null,
  openid text not null,
  ref text,
  attempts integer not null,
  wechat_msgid bigint,
  sent_at timestamptz not null,
  took_ms integer not null,
  worker text not null,
  constraint send_success_pk primary key (batch_id, seq)
) partition by range (batch_id);

create table send_failed (
  batch_id bigint not null,
  seq integer not null,
  account_id text not null,
  template_id text not null,
  openid text not null,
  ref text,
  data jsonb,
  attempts integer not null,
  class text not null constraint send_failed_class_known check (class in
    ('recipient', 'template', 'account', 'request', 'exhausted', 'uncertain', 'cancelled', 'expired')),
  errcode integer,
  errmsg text,
  advice text not null,
  failed_at timestamptz not null,
  worker text not null,
  constraint send_failed_pk primary key (batch_id, seq)
) partition by range (batch_id);
comment on column send_failed.errmsg is 'as WeChat wrote it, rid included; or what went wrong on the way';

create table send_attempt (
  batch_id bigint not null,
  seq integer not null,
  attempt integer not null,
  at timestamptz not null,
  errcode integer,
  errmsg text,
  took_ms integer not null,
  worker text not null,
  start_id bigint not null,
  constraint send_attempt_once unique (batch_id, seq, start_id)
) partition by range (batch_id);
comment on table send_attempt is 'attempts that were not the last word';
comment on column send_attempt.start_id is 'the start this attempt belongs to: noted and taken off send_started.open once, however often the commit is tried';

create table dead_letter (
  id bigint generated always as identity constraint dead_letter_pk primary key,
  at timestamptz not null default now(),
  reason text not null,
  routing_key text,
  message_id text,
  headers jsonb not null default '{}',
  body bytea not null
);
create index dead_letter_at on dead_letter (at);
comment on table dead_letter is 'what could not be read or routed, or kept killing senders';

create view sent_message as
  select s.batch_id, s.seq, s.account_id, s.template_id, s.openid, s.ref, r.url, r.data, s.attempts, s.wechat_msgid, s.sent_at
  from send_success s join recipient r using (batch_id, seq);

-- The first batch id of a moment: see the head of this file.
create function hongyan_first_batch_id(moment timestamptz) returns bigint immutable language sql as
$$ select greatest(0, (extract(epoch from moment) * 1000)::bigint - 1577836800000) << 22 $$;

-- Makes the partitions of the month that begins at the given moment, for every partitioned table.
-- Does nothing for those that exist; safe to call from several instances at once.
create function hongyan_create_partitions(month timestamptz) returns void language plpgsql as
$$
declare
  first_day timestamptz := date_trunc('month', month, 'UTC');
  parent text;
  name text;
begin
  perform pg_advisory_xact_lock(hashtext('hongyan_create_partitions'));
  foreach parent in array array['batch', 'batch_progress', 'recipient', 'rejection', 'send_started', 'send_success', 'send_failed', 'send_attempt']
  loop
    name := parent || to_char(first_day at time zone 'UTC', '_YYYY_MM');
    if to_regclass(name) is null then
      execute format('create table %I partition of %I for values from (%s) to (%s)%s', name, parent,
        hongyan_first_batch_id(first_day), hongyan_first_batch_id(first_day + interval '1 month'),
        case parent when 'batch' then ' with (fillfactor = 50)' when 'batch_progress' then ' with (fillfactor = 50)'
          when 'send_started' then ' with (fillfactor = 90)' else '' end);
    end if;
  end loop;
end
$$;

select hongyan_create_partitions(date_trunc('month', now(), 'UTC') + make_interval(months => m)) from generate_series(-1, 3) m;
