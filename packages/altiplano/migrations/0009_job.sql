-- Runs of jobs: what was asked for, how far it has come, how it ended. The queue they wait in is the next migration's.
-- Up Migration
create table altiplano.job_run (
  id uuid primary key default gen_random_uuid(),
  app text not null,
  name text not null,
  -- Whoever asked for it sees its progress; empty: the schedule or the command line did.
  tenants uuid[] not null default '{}',
  key text,
  payload json not null default '{}',
  state text not null default 'queued' check (state in ('queued', 'running', 'done', 'failed')),
  attempts integer not null default 0,
  most_attempts integer not null default 1,
  done bigint not null default 0,
  total bigint,
  -- Written in the transaction of the step it tells of, so what is done and what is noted as done never differ.
  checkpoint jsonb,
  created_at timestamptz not null default now(),
  due_at timestamptz not null default now(),
  started_at timestamptz,
  finished_at timestamptz,
  error text
);
create unique index job_run_key on altiplano.job_run (app, name, key) where state in ('queued', 'running');
create index job_run_unfinished on altiplano.job_run (due_at) where state in ('queued', 'running');
create index job_run_finished_at on altiplano.job_run (finished_at) where finished_at is not null;
create index job_run_created_at on altiplano.job_run (app, name, created_at desc);

-- Held by the session that runs it, and by nobody once that session is gone: kill -9 needs no time limit to be noticed.
create function altiplano.job_lock(run uuid) returns bigint
language sql immutable parallel safe as $$ select hashtextextended('altiplano job ' || run, 0) $$;

-- Puts a run into the queue; one that waits there already stays where it is. Of one whose worker is gone a second is made.
create function altiplano.enqueue_job(run altiplano.job_run) returns void
language plpgsql set search_path = altiplano, pg_temp as $$
begin
  perform altiplano_worker.add_job(
    run.app || ':' || run.name, json_build_object('run', run.id), run_at => run.due_at, max_attempts => 25::smallint,
    job_key => 'altiplano:' || run.id, job_key_mode => 'preserve_run_at'
  );
end $$;

create function altiplano.insert_job(
  of_app text, of_name text, of_payload json, of_key text, of_attempts integer, of_tenant uuid
) returns uuid
language plpgsql set search_path = altiplano, pg_temp as $$
declare
  run altiplano.job_run;
begin
  insert into altiplano.job_run as r (app, name, payload, key, most_attempts, tenants)
  values (of_app, of_name, of_payload, of_key, of_attempts, array_remove(array[of_tenant], null))
  on conflict (app, name, key) where state in ('queued', 'running') do update
  set tenants = case when of_tenant = any(r.tenants) or of_tenant is null then r.tenants else r.tenants || of_tenant end
  returning * into run;
  if run.state = 'queued' then
    perform altiplano.enqueue_job(run);
  end if;
  return run.id;
end $$;

-- For actions, in their transaction: the tenant is the session's.
create function altiplano.add_job(of_app text, of_name text, of_payload json, of_key text, of_attempts integer) returns uuid
language sql security definer set search_path = altiplano, pg_temp as $$
  select altiplano.insert_job(of_app, of_name, of_payload, of_key, of_attempts, altiplano.tenant())
$$;

-- What the tenant that asked for it may know. What went wrong is the operators' to read.
create function altiplano.job_progress(of_app text, of_id uuid)
returns table (
  id uuid, name text, state text, done bigint, total bigint, created_at timestamptz, started_at timestamptz,
  finished_at timestamptz
)
language sql stable security definer set search_path = altiplano, pg_temp rows 1 as $$
  select r.id, r.name, r.state, r.done, r.total, r.created_at, r.started_at, r.finished_at
  from altiplano.job_run r
  where r.id = of_id and r.app = of_app and altiplano.tenant() = any(r.tenants)
$$;

-- Runs whose worker is gone go back into the queue: those that nobody's session holds, and those that should long have begun.
create function altiplano.revive_jobs(patience interval) returns integer
language plpgsql set search_path = altiplano, pg_temp as $$
declare
  run altiplano.job_run;
  revived integer := 0;
begin
  for run in
    select * from altiplano.job_run r
    where r.state = 'running' or (r.state = 'queued' and r.due_at < now() - patience)
    order by r.due_at
    limit 100
  loop
    continue when not pg_try_advisory_xact_lock(altiplano.job_lock(run.id));
    update altiplano.job_run r set state = 'queued' where r.id = run.id and r.state = run.state;
    continue when not found;
    perform altiplano.enqueue_job(run);
    revived := revived + (run.state = 'running')::int;
  end loop;
  return revived;
end $$;

create function altiplano.forget_jobs(older interval, most integer) returns bigint
language sql set search_path = altiplano, pg_temp as $$
  with old as (
    select r.id from altiplano.job_run r where r.finished_at < now() - older order by r.finished_at limit most
    for update skip locked
  ), removed as (
    delete from altiplano.job_run r using old o where r.id = o.id returning 1
  )
  select count(*) from removed
$$;

revoke execute on function altiplano.enqueue_job(altiplano.job_run), altiplano.revive_jobs(interval),
  altiplano.insert_job(text, text, json, text, integer, uuid), altiplano.forget_jobs(interval, integer),
  altiplano.add_job(text, text, json, text, integer), altiplano.job_progress(text, uuid) from public;
do $$
begin
  execute format(
    'grant execute on function altiplano.add_job(text, text, json, text, integer), altiplano.job_progress(text, uuid) to %I',
    altiplano.app_role());
end $$;

-- Down Migration
drop function altiplano.forget_jobs(interval, integer);
drop function altiplano.revive_jobs(interval);
drop function altiplano.job_progress(text, uuid);
drop function altiplano.add_job(text, text, json, text, integer);
drop function altiplano.insert_job(text, text, json, text, integer, uuid);
drop function altiplano.enqueue_job(altiplano.job_run);
drop function altiplano.job_lock(uuid);
drop table altiplano.job_run;
