-- Campaigns: audiences, recurring schedules, scheduled jobs, followers, and what WeChat says about templates and quotas.

alter table account
  add column quiet_from time,
  add column quiet_to time,
  add column quiet_zone text,
  add column daily_cap integer constraint account_daily_cap_range check (daily_cap between 1 and 1000),
  add column testers jsonb not null default '{}',
  add column followers_synced_at timestamptz,
  add constraint account_quiet_complete
    check ((quiet_from is null) = (quiet_to is null) and (quiet_from is null) = (quiet_zone is null));
comment on column account.quiet_from is 'local time in quiet_zone from which the normal lane waits, to quiet_to; may span midnight';
comment on column account.daily_cap is 'most messages a person gets on a day of Asia/Shanghai; null = no limit';
comment on column account.testers is 'names of testers and their openids: {"li-lei": "oA1"}';
comment on column account.followers_synced_at is 'when a whole sync of its followers last ended; null = never, so the followers are not known';

alter table template
  add column problem text,
  add column problem_since timestamptz,
  add constraint template_problem_complete check ((problem is null) = (problem_since is null));
comment on column template.problem is 'why WeChat would refuse it, as of the last sync (vanished, changed); null = none known';

create table wechat_template (
  account_id text not null constraint wechat_template_account_fk references account (id),
  wechat_template_id text not null,
  title text not null,
  content text not null,
  example text not null,
  primary_industry text not null,
  deputy_industry text not null,
  seen_at timestamptz not null,
  constraint wechat_template_pk primary key (account_id, wechat_template_id)
);
comment on table wechat_template is 'the templates that the account has at WeChat, as of the last sync';

create table account_quota (
  account_id text constraint account_quota_pk primary key constraint account_quota_account_fk references account (id),
  daily_limit bigint not null,
  used bigint not null,
  remain bigint not null,
  call_count bigint,
  refresh_seconds bigint,
  read_at timestamptz not null
);
comment on table account_quota is 'WeChat''s counter of the account''s sends, as last read';
comment on column account_quota.call_count is 'calls that WeChat allows in refresh_seconds; null where it does not say';

-- An audience is resolved into recipients when its batch is released, page by page along the openids.
alter table batch
  alter column total drop not null,
  add column audience jsonb,
  add column audience_data jsonb,
  add column audience_cursor text not null default '',
  add column audience_seq integer not null default 0,
  add column schedule_id text,
  add constraint batch_total_or_audience check (total is not null or audience is not null),
  add constraint batch_audience_complete check ((audience is null) = (audience_data is null));
comment on column batch.total is 'accepted recipients; null while the audience is not resolved';
comment on column batch.audience is 'who gets it, e.g. {"tag": "vip"}; null = recipients were given';
comment on column batch.audience_data is 'the content that everybody of the audience gets, as in recipient.data';
comment on column batch.audience_cursor is 'openid up to which the audience has been resolved';
comment on column batch.audience_seq is 'last seq that was given to a recipient of the audience';
comment on column batch.schedule_id is 'the schedule whose run this batch is';
create index batch_unresolved on batch (id) where state = 'releasing' and total is null;
create index batch_by_schedule on batch (schedule_id, id) where schedule_id is not null;

create table schedule (
  id text constraint schedule_pk primary key constraint schedule_id_form check (id ~ '^[A-Za-z0-9_.-]{1,64}$'),
  account_id text not null constraint schedule_account_fk references account (id),
  cron text not null,
  zone text not null,
  batch jsonb not null,
  enabled boolean not null default true,
  next_run_at timestamptz,
  created_by text not null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
comment on column schedule.cron is 'second minute hour day-of-month month day-of-week';
comment on column schedule.batch is 'the body that each run submits: template, audience, data and settings';
comment on column schedule.next_run_at is 'null while it is disabled';
create index schedule_due on schedule (next_run_at) where next_run_at is not null;

create table shedlock (
  name varchar(64) constraint shedlock_pk primary key,
  lock_until timestamp not null,
  locked_at timestamp not null,
  locked_by varchar(255) not null
);
comment on table shedlock is 'the locks of scheduled jobs; its shape is ShedLock''s';

create table scheduler_log (
  id bigint generated always as identity constraint scheduler_log_pk primary key,
  job text not null,
  due_at timestamptz not null,
  instance text not null,
  started_at timestamptz not null,
  finished_at timestamptz,
  result text constraint scheduler_log_result_known check (result in ('done', 'failed')),
  remark text,
  batch_id bigint,
  constraint scheduler_log_once unique (job, due_at),
  constraint scheduler_log_result_complete check ((finished_at is null) = (result is null))
);
create index scheduler_log_started_at on scheduler_log (started_at);
comment on table scheduler_log is 'one row for each run of a job; a run that an instance left unfinished is taken over in its row';
comment on column scheduler_log.batch_id is 'the batch that a run of a schedule made';
comment on column scheduler_log.due_at is 'the moment the run was due, which is what makes it one run';

create table follower (
  account_id text not null constraint follower_account_fk references account (id),
  openid text not null,
  subscribed boolean not null,
  changed_at timestamptz not null default now(),
  seen_in bigint not null,
  constraint follower_pk primary key (account_id, openid)
) with (fillfactor = 70);
comment on column follower.changed_at is 'when subscribed last changed, as far as known';
comment on column follower.seen_in is 'the last sync run that found the person among the followers; 0 = none yet';
create index follower_openid on follower (openid);
create index follower_unsubscribed on follower (account_id, openid) where not subscribed;

create table follower_tag (
  account_id text not null,
  tag_id integer not null,
  openid text not null,
  seen_in bigint not null,
  constraint follower_tag_pk primary key (account_id, tag_id, openid)
) with (fillfactor = 70);

create table tag (
  account_id text not null constraint tag_account_fk references account (id),
  id integer not null,
  name text not null,
  followers integer not null,
  doubted integer,
  constraint tag_pk primary key (account_id, id),
  constraint tag_name_unique unique (account_id, name) deferrable initially deferred
);
comment on column tag.followers is 'how many have it, as WeChat counts';
comment on column tag.doubted is 'how many the last run saw with it if that was too few to believe; believed when the next says the same';

create sequence follower_sync_run;

create table follower_sync (
  account_id text constraint follower_sync_pk primary key constraint follower_sync_account_fk references account (id),
  requested_at timestamptz,
  run bigint not null default 0,
  phase text constraint follower_sync_phase_known check (phase in ('followers', 'unsubscribed', 'tags')),
  tag_id integer,
  next_openid text not null default '',
  seen integer not null default 0,
  total integer,
  started_at timestamptz,
  finished_at timestamptz,
  error text,
  failures integer not null default 0,
  restarted boolean not null default false,
  doubted integer,
  claimed_by text,
  lease_until timestamptz
);
comment on table follower_sync is 'how far the sync of an account''s followers is; a crash goes on from here';
comment on column follower_sync.requested_at is 'somebody wants a sync that begins after this moment; null = nobody';
comment on column follower_sync.phase is 'what the unfinished run is doing; null = no run is unfinished';
comment on column follower_sync.next_openid is 'where the next page begins';
comment on column follower_sync.finished_at is 'when a whole run last ended well';
comment on column follower_sync.error is 'what went wrong last; gone when the sync gets on';
comment on column follower_sync.failures is 'how often in a row a step failed';
comment on column follower_sync.restarted is 'the run began anew because WeChat no longer knew its place; it does so once';
comment on column follower_sync.doubted is 'how many the last run saw if that was too few to believe; believed when the next says the same';
comment on column follower_sync.claimed_by is 'the claim of the sender that works on it until lease_until';
comment on column follower_sync.lease_until is 'nobody else works on it before; after a failure nobody at all';

create table person_day (
  account_id text not null,
  day date not null,
  openid text not null,
  batch_id bigint not null,
  seq integer not null,
  constraint person_day_pk primary key (account_id, openid, day, batch_id, seq)
);
comment on table person_day is 'messages released to a person on a day of Asia/Shanghai, for accounts with a daily cap';
