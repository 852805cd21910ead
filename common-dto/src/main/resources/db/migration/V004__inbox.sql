-- The in-app inbox: an announcement is one row however many people there are; a person's copies are made when the
-- person shows up, refer to the announcement and do not repeat it.

-- Services at work lock these tables in more than one order, so no order would do: either all of them, or none and again.
-- All waits together, one for each partition, are shorter than deadlock_timeout (1 s), so that no service is ended as the
-- victim of a deadlock.
do $$
begin
  -- Ends autovacuum, and keeps it out, which goes on for minutes where it is not asked to end; services do not notice.
  lock table recipient, batch, account, send_failed, message_receipt in share update exclusive mode;
  set local lock_timeout = '30ms';
  loop
    begin
      lock table recipient, batch in access exclusive mode;
      lock table account, send_failed, message_receipt in share row exclusive mode;
      exit;
    exception when lock_not_available or deadlock_detected then
      perform pg_sleep(0.1);
    end;
  end loop;
  set local lock_timeout = 0;
end
$$;

create sequence inbox_revision;
comment on sequence inbox_revision is 'drawn under one advisory lock that the transaction holds to its end: who has seen a number has seen all before it';

create table inbox_origin (
  id uuid constraint inbox_origin_pk primary key default gen_random_uuid()
);
comment on table inbox_origin is 'one row: tells the list of announcements that this database has in Redis from those of others';
insert into inbox_origin default values;

create table inbox_segment (
  account_id text not null constraint inbox_segment_account_fk references account (id),
  id text not null constraint inbox_segment_id_form check (id ~ '^[A-Za-z0-9_.-]{1,64}$'),
  version bigint not null,
  members integer not null,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  constraint inbox_segment_pk primary key (account_id, id)
);
comment on table inbox_segment is 'a named list of uids; uploading it again makes a new version';

create table inbox_segment_member (
  version bigint not null,
  uid text not null,
  constraint inbox_segment_member_pk primary key (version, uid)
);
comment on table inbox_segment_member is 'never changed: an announcement goes to whoever was in the version that it was published with';

create table inbox_announcement (
  id bigint constraint inbox_announcement_pk primary key,
  place bigint not null constraint inbox_announcement_place_unique unique,
  revision bigint not null constraint inbox_announcement_revision_unique unique,
  account_id text not null constraint inbox_announcement_account_fk references account (id),
  title text not null,
  body text not null,
  url text,
  segment_id text,
  segment_version bigint,
  visible_from timestamptz not null,
  visible_until timestamptz,
  withdrawn_at timestamptz,
  version integer not null default 1,
  created_by text not null,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  constraint inbox_announcement_segment_complete check ((segment_id is null) = (segment_version is null)),
  constraint inbox_announcement_visible_in_order check (visible_until > visible_from)
);
comment on column inbox_announcement.place is 'from inbox_revision when it was published: its place in the order in which people are brought up to date';
comment on column inbox_announcement.revision is 'from inbox_revision when it was published, edited or withdrawn last';
comment on column inbox_announcement.segment_id is 'null = for all';
create index inbox_announcement_by_account on inbox_announcement (account_id, id);

create table inbox_user (
  uid text constraint inbox_user_pk primary key,
  floor bigint not null,
  synced_at timestamptz not null
) partition by hash (uid);
comment on column inbox_user.floor is 'the place up to which all announcements were decided for this person; moves in the transaction that writes the copies';

create table inbox_erased (
  uid_hash bytea constraint inbox_erased_pk primary key,
  before timestamptz not null
);
comment on table inbox_erased is 'people erased by uid: what was found for them before, and messages of batches from before, are not written any more';
comment on column inbox_erased.uid_hash is 'SHA-256 of the uid';
comment on column inbox_erased.before is 'a moment after the erasure';

create table inbox_copy (
  uid text not null,
  id bigint not null,
  read_at timestamptz,
  constraint inbox_copy_pk primary key (uid, id)
) partition by hash (uid);
comment on table inbox_copy is 'announcements that a person has got';
comment on column inbox_copy.id is 'the announcement';

create table inbox_message (
  uid text not null,
  id bigint not null,
  account_id text not null,
  title text not null,
  body text not null,
  url text,
  at timestamptz not null,
  read_at timestamptz,
  batch_id bigint not null,
  seq integer not null,
  constraint inbox_message_pk primary key (uid, id),
  constraint inbox_message_once unique (uid, batch_id, seq)
) partition by hash (uid);
comment on table inbox_message is 'what WeChat could not bring to a person, as the person would have seen it there';

do $$
begin
  for part in 0..15 loop
    -- A floor moves often and is in no index, so room on the page spares index entries.
    execute format('create table inbox_user_%1$s partition of inbox_user for values with (modulus 16, remainder %1$s) with (fillfactor = 80)', part);
    execute format('create table inbox_message_%1$s partition of inbox_message for values with (modulus 16, remainder %1$s)', part);
    execute format('create table inbox_copy_%1$s partition of inbox_copy for values with (modulus 16, remainder %1$s) with (fillfactor = 90)', part);
  end loop;
end
$$;

alter table batch add column fallback text constraint batch_fallback_known check (fallback = 'inbox');
comment on column batch.fallback is 'inbox = what cannot be brought to a person for good is left in the in-app inbox';
alter table recipient add column uid text;
comment on column recipient.uid is 'how the company''s own app names the person, for the fallback';

create table inbox_fallback (
  batch_id bigint not null,
  seq integer not null,
  constraint inbox_fallback_pk primary key (batch_id, seq)
);
comment on table inbox_fallback is 'messages that are to be left in the inbox; made in the transaction that recorded why, so none is forgotten';

create function hongyan_fall_back_failures() returns trigger language plpgsql as
$$
begin
  if exists (select from inserted f join batch b on b.id = f.batch_id where f.class = 'recipient' and b.fallback = 'inbox') then
    -- "offset 0": one look by key at a time, whatever the statistics of a new month say.
    insert into inbox_fallback (batch_id, seq)
    select f.batch_id, f.seq
    from inserted f
    join batch b on b.id = f.batch_id
    cross join lateral (select uid from recipient r where r.batch_id = f.batch_id and r.seq = f.seq offset 0) r
    where f.class = 'recipient' and b.fallback = 'inbox' and r.uid is not null
    on conflict (batch_id, seq) do nothing;
  end if;
  return null;
end
$$;
create trigger send_failed_fall_back after insert on send_failed
  referencing new table as inserted for each statement execute function hongyan_fall_back_failures();

create function hongyan_fall_back_undelivered() returns trigger language plpgsql as
$$
begin
  insert into inbox_fallback (batch_id, seq)
  select new.batch_id, new.seq
  from batch b
  join recipient r on r.batch_id = new.batch_id and r.seq = new.seq
  where b.id = new.batch_id and b.fallback = 'inbox' and r.uid is not null
  on conflict (batch_id, seq) do nothing;
  return null;
end
$$;
-- WeChat writes a blank behind some colons and none behind others.
create trigger message_receipt_fall_back after insert or update of state on message_receipt
  for each row when (new.state = 'undelivered' and new.status ~ '^failed: ?user block$')
  execute function hongyan_fall_back_undelivered();
