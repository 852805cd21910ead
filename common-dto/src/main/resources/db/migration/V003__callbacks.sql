-- What WeChat says by itself: delivery receipts, followers' messages and events; and what we tell internal systems.

-- In the order of whoever makes partitions, which this does at its end.
select pg_advisory_xact_lock(hashtext('hongyan_create_partitions'));

-- Services at work lock these tables in more than one order, so no order would do: either all of them, or none and again.
-- All waits together, one for each partition, are shorter than deadlock_timeout (1 s), so that no service is ended as the
-- victim of a deadlock.
do $$
begin
  -- Ends autovacuum, and keeps it out, which goes on for minutes where it is not asked to end; services do not notice.
  lock table batch, batch_progress, follower, account, send_success, send_failed in share update exclusive mode;
  set local lock_timeout = '30ms';
  loop
    begin
      lock table batch in share row exclusive mode;
      lock table batch_progress, follower in access exclusive mode;
      lock table account, send_success, send_failed in share row exclusive mode;
      exit;
    exception when lock_not_available or deadlock_detected then
      perform pg_sleep(0.1);
    end;
  end loop;
  set local lock_timeout = 0;
end
$$;

create table account_callback (
  account_id text constraint account_callback_pk primary key
    constraint account_callback_account_fk references account (id),
  mode text not null constraint account_callback_mode_known check (mode in ('plain', 'compatible', 'safe')),
  token bytea not null,
  aes_key bytea,
  reply_url text,
  reply_secret bytea,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint account_callback_key_there check (mode = 'plain' or aes_key is not null),
  constraint account_callback_reply_complete check ((reply_url is null) = (reply_secret is null))
);
comment on table account_callback is 'how WeChat signs and encrypts what it posts for the account; the same is set in WeChat''s console';
comment on column account_callback.token is 'as account.app_secret, with ''<account id>/callback-token'' authenticated';
comment on column account_callback.aes_key is 'EncodingAESKey, 43 characters; as token, with ''<account id>/callback-aes-key'' authenticated';
comment on column account_callback.reply_url is 'the internal system that answers what no rule answers; null = none';
comment on column account_callback.reply_secret is 'signs the posts to reply_url; as token, with ''<account id>/reply-secret'' authenticated';

create table auto_reply (
  account_id text not null constraint auto_reply_account_fk references account (id),
  id text not null constraint auto_reply_id_form check (id ~ '^[A-Za-z0-9_.-]{1,64}$'),
  occasion text not null constraint auto_reply_occasion_known check (occasion in ('keyword', 'subscribe', 'default')),
  match text constraint auto_reply_match_known check (match in ('exact', 'contains', 'regex')),
  pattern text,
  position integer not null default 0,
  reply jsonb not null,
  enabled boolean not null default true,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint auto_reply_pk primary key (account_id, id),
  constraint auto_reply_keyword_complete
    check ((occasion = 'keyword') = (match is not null) and (match is null) = (pattern is null))
);
comment on column auto_reply.position is 'the first rule that fits answers: lowest position, then id';
comment on column auto_reply.reply is '{"type": "text", "content": "..."}, image with mediaId, news with articles, or forward';

create table callback_log (
  received_at timestamptz not null,
  id bigint not null,
  account_id text not null,
  openid text not null,
  type text not null,
  event text,
  event_key text,
  msg_id bigint,
  created_at timestamptz not null,
  body text not null,
  handler text not null,
  reply jsonb,
  result text not null constraint callback_log_result_known check (result in ('replied', 'nothing', 'failed')),
  took_ms integer not null,
  gateway text not null,
  constraint callback_log_pk primary key (received_at, id)
) partition by range (received_at);
comment on table callback_log is 'followers'' messages and events, one row for each time a handler ran; receipts are in delivery_receipt';
comment on column callback_log.created_at is 'WeChat''s CreateTime, whole seconds';
comment on column callback_log.body is 'as it came, decrypted';
comment on column callback_log.handler is 'what answered: keyword <rule id>, subscribe <rule id>, default <rule id>, forward, or none';
comment on column callback_log.took_ms is 'how long the handler ran';
create index callback_log_person on callback_log (account_id, openid, received_at);

create table delivery_receipt (
  received_at timestamptz not null,
  id bigint not null,
  account_id text not null,
  openid text not null,
  msgid bigint not null,
  status text not null,
  finished_at timestamptz not null,
  match text constraint delivery_receipt_match_known check (match in ('msgid', 'person', 'ambiguous', 'duplicate', 'none')),
  batch_id bigint,
  seq integer,
  looked integer not null default 0,
  look_at timestamptz,
  constraint delivery_receipt_pk primary key (received_at, id),
  constraint delivery_receipt_look_while_open check ((match is null) = (look_at is not null))
) partition by range (received_at);
comment on table delivery_receipt is 'every TEMPLATESENDJOBFINISH event as it came, and which message it was matched with';
comment on column delivery_receipt.msgid is 'as WeChat says; 0 = it does not say';
comment on column delivery_receipt.status is 'as WeChat wrote it, e.g. failed:user block';
comment on column delivery_receipt.finished_at is 'WeChat''s CreateTime, whole seconds';
comment on column delivery_receipt.match is 'how its message was found; none = given up; null = not yet';
comment on column delivery_receipt.look_at is 'when its message is looked for next';
create index delivery_receipt_open on delivery_receipt (look_at) where match is null;
create index delivery_receipt_unclear on delivery_receipt (account_id, match, received_at) where match in ('ambiguous', 'none');
create index delivery_receipt_person on delivery_receipt (account_id, openid, received_at);

create table message_receipt (
  batch_id bigint not null,
  seq integer not null,
  state text not null constraint message_receipt_state_known check (state in ('delivered', 'undelivered', 'ambiguous')),
  status text not null,
  finished_at timestamptz not null,
  matched_by text not null constraint message_receipt_matched_by_known check (matched_by in ('msgid', 'person')),
  constraint message_receipt_pk primary key (batch_id, seq)
) partition by range (batch_id);
comment on table message_receipt is 'what became of an accepted message; one row a message, so that it counts once';
comment on column message_receipt.state is 'ambiguous = a receipt came that fits this message and others';

alter table batch_progress add column ambiguous integer not null default 0;
comment on column batch_progress.ambiguous is 'accepted messages with a receipt that fits others, too';

-- Only what has a msgid can be found by it. Almost sorted, so an entry costs little.
create index send_success_msgid on send_success (wechat_msgid) where wechat_msgid > 0;

alter table follower add column event_at timestamptz;
comment on column follower.event_at is 'CreateTime of the last follow or unfollow event; an older one that comes late changes nothing';

create table erased_person (
  account_id text not null,
  openid_hash bytea not null,
  erased_at timestamptz not null,
  constraint erased_person_pk primary key (account_id, openid_hash)
);
comment on table erased_person is 'kept for some days, so that what was on its way when a person was erased does not bring them back';
comment on column erased_person.openid_hash is 'SHA-256 of the openid';

create table webhook (
  api_key_id text constraint webhook_pk primary key,
  url text not null,
  secret bytea not null,
  events text[] not null constraint webhook_events_known
    check (cardinality(events) > 0 and events <@ array['batch.done', 'message.failed', 'message.undelivered']),
  failing_since timestamptz,
  disabled_at timestamptz,
  disabled_reason text,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint webhook_disabled_complete check ((disabled_at is null) = (disabled_reason is null))
);
comment on table webhook is 'where an API key''s internal system wants to hear of its batches';
comment on column webhook.secret is 'signs the posts; as account.app_secret, with ''<api key id>/webhook-secret'' authenticated';
comment on column webhook.failing_since is 'when the first of the failures in a row was; null after a success';

create table webhook_delivery (
  id bigint generated always as identity constraint webhook_delivery_pk primary key,
  api_key_id text not null,
  event text not null,
  batch_id bigint not null,
  seq integer,
  created_at timestamptz not null default now(),
  state text not null default 'pending' constraint webhook_delivery_state_known check (state in ('pending', 'delivered', 'failed', 'void')),
  tries integer not null default 0,
  due_at timestamptz default now(),
  claimed_by text,
  last_status integer,
  last_error text,
  delivered_at timestamptz,
  constraint webhook_delivery_due_while_pending check ((state = 'pending') = (due_at is not null))
);
comment on table webhook_delivery is 'posts to webhooks: made in the transaction that changed the batch or message, so none is forgotten';
comment on column webhook_delivery.state is 'void = what it told is no longer so, e.g. a failure that a success replaced';
comment on column webhook_delivery.due_at is 'when it is posted next; while it is being posted, when another gateway may take it over';
-- Each webhook's due ones by themselves: a million that wait for a slow one are not in the way of others'.
create index webhook_delivery_due on webhook_delivery (api_key_id, due_at) where due_at is not null;
create index webhook_delivery_by_key on webhook_delivery (api_key_id, id);
create index webhook_delivery_created_at on webhook_delivery (created_at);

-- Failures are recorded in several places of both services; what they have in common is the table. One statement
-- a group. Who cancels a batch knows it, and need not be told a million times. A webhook that is switched off
-- gets rows that are not due, so that a replay can bring them once it is enabled; unless its key is revoked.
create function hongyan_tell_failures() returns trigger language plpgsql as
$$
begin
  if exists (select from webhook where 'message.failed' = any (events)) then
    insert into webhook_delivery (api_key_id, event, batch_id, seq, state, due_at, last_error)
    select w.api_key_id, 'message.failed', f.batch_id, f.seq,
      case when w.disabled_at is null then 'pending' else 'failed' end,
      case when w.disabled_at is null then now() end,
      case when w.disabled_at is not null then 'switched off' end
    from inserted f
    join batch b on b.id = f.batch_id
    join webhook w on w.api_key_id = b.created_by
    where 'message.failed' = any (w.events) and f.class <> 'cancelled'
      and (w.disabled_at is null or not exists (select from api_key k where k.id = w.api_key_id and k.revoked_at is not null));
  end if;
  return null;
end
$$;
create trigger send_failed_tell after insert on send_failed
  referencing new table as inserted for each statement execute function hongyan_tell_failures();

create function hongyan_tell_batch() returns trigger language plpgsql as
$$
begin
  insert into webhook_delivery (api_key_id, event, batch_id, state, due_at, last_error)
  select api_key_id, 'batch.done', new.id,
    case when disabled_at is null then 'pending' else 'failed' end,
    case when disabled_at is null then now() end,
    case when disabled_at is not null then 'switched off' end
  from webhook
  where api_key_id = new.created_by and 'batch.done' = any (events)
    and (disabled_at is null or not exists (select from api_key k where k.id = webhook.api_key_id and k.revoked_at is not null));
  return null;
end
$$;
create trigger batch_tell after update of state on batch
  for each row when (new.state = 'done' and old.state <> 'done') execute function hongyan_tell_batch();

create function hongyan_tell_undelivered() returns trigger language plpgsql as
$$
begin
  insert into webhook_delivery (api_key_id, event, batch_id, seq, state, due_at, last_error)
  select w.api_key_id, 'message.undelivered', new.batch_id, new.seq,
    case when w.disabled_at is null then 'pending' else 'failed' end,
    case when w.disabled_at is null then now() end,
    case when w.disabled_at is not null then 'switched off' end
  from batch b
  join webhook w on w.api_key_id = b.created_by
  where b.id = new.batch_id and 'message.undelivered' = any (w.events)
    and (w.disabled_at is null or not exists (select from api_key k where k.id = w.api_key_id and k.revoked_at is not null));
  return null;
end
$$;
create trigger message_receipt_tell after insert or update of state on message_receipt
  for each row when (new.state = 'undelivered') execute function hongyan_tell_undelivered();

create or replace function hongyan_create_partitions(month timestamptz) returns void language plpgsql as
$$
declare
  first_day timestamptz := date_trunc('month', month, 'UTC');
  parent text;
  name text;
begin
  perform pg_advisory_xact_lock(hashtext('hongyan_create_partitions'));
  foreach parent in array array['batch', 'batch_progress', 'recipient', 'rejection', 'send_started', 'send_success', 'send_failed',
    'send_attempt', 'message_receipt']
  loop
    name := parent || to_char(first_day at time zone 'UTC', '_YYYY_MM');
    if to_regclass(name) is null then
      -- "create table ... partition of" would lock everybody out of the table, and so wait behind the longest reader, with
      -- all others behind it; attaching locks nobody out.
      execute format('create table %I (like %I including all)%s', name, parent,
        case parent when 'batch' then ' with (fillfactor = 50)' when 'batch_progress' then ' with (fillfactor = 50)'
          when 'send_started' then ' with (fillfactor = 90)' else '' end);
      execute format('alter table %I attach partition %I for values from (%s) to (%s)', parent, name,
        hongyan_first_batch_id(first_day),
        hongyan_first_batch_id((first_day at time zone 'UTC' + interval '1 month') at time zone 'UTC'));
    end if;
  end loop;
end
$$;

-- Makes the partitions of a day (UTC) of what is kept by the day it came. Does nothing for those that exist; safe to
-- call from several instances at once. Who stores calls it for each day that is new to him, so none is ever missing.
create function hongyan_create_day(at timestamptz) returns void language plpgsql as
$$
declare
  first_moment timestamptz := date_trunc('day', at, 'UTC');
  parent text;
  name text;
begin
  perform pg_advisory_xact_lock(hashtext('hongyan_create_partitions'));
  foreach parent in array array['callback_log', 'delivery_receipt']
  loop
    name := parent || to_char(first_moment at time zone 'UTC', '_YYYY_MM_DD');
    if to_regclass(name) is null then
      execute format('create table %I (like %I including all)', name, parent);
      execute format('alter table %I attach partition %I for values from (%L) to (%L)', parent, name,
        first_moment, first_moment + interval '24 hours');
    end if;
  end loop;
end
$$;

select hongyan_create_partitions(date_trunc('month', now(), 'UTC') + make_interval(months => m)) from generate_series(-1, 3) m;
-- Months that were made before, by a job, lack the new table's partition.
select hongyan_create_partitions(to_date(right(c.relname, 7), 'YYYY_MM')::timestamp at time zone 'UTC')
from pg_inherits i join pg_class c on c.oid = i.inhrelid
where i.inhparent = 'batch'::regclass;
