-- Where there are no tenants, a job is its caller's: whoever asked for it sees its progress, and nobody else who knows its id.
-- Up Migration
alter table altiplano.job_run add column callers text[] not null default '{}';

create or replace function altiplano.add_job(of_app text, of_name text, of_payload json, of_key text, of_attempts integer) returns uuid
language plpgsql security definer set search_path = altiplano, pg_temp as $$
declare
  run constant uuid := altiplano.insert_job(of_app, of_name, of_payload, of_key, of_attempts, altiplano.tenant());
begin
  if altiplano.tenant() = '00000000-0000-0000-0000-000000000000' then
    update altiplano.job_run r set callers = r.callers || altiplano.caller_text()
    where r.id = run and altiplano.caller_text() <> all (r.callers);
  end if;
  return run;
end $$;

create or replace function altiplano.job_progress(of_app text, of_id uuid)
returns table (
  id uuid, name text, state text, done bigint, total bigint, created_at timestamptz, started_at timestamptz,
  finished_at timestamptz
)
language sql stable security definer set search_path = altiplano, pg_temp rows 1 as $$
  select r.id, r.name, r.state, r.done, r.total, r.created_at, r.started_at, r.finished_at
  from altiplano.job_run r
  where r.id = of_id and r.app = of_app and altiplano.tenant() = any(r.tenants)
    and (altiplano.tenant() <> '00000000-0000-0000-0000-000000000000' or altiplano.caller_text() = any(r.callers))
$$;

-- Down Migration
create or replace function altiplano.job_progress(of_app text, of_id uuid)
returns table (
  id uuid, name text, state text, done bigint, total bigint, created_at timestamptz, started_at timestamptz,
  finished_at timestamptz
)
language sql stable security definer set search_path = altiplano, pg_temp rows 1 as $$
  select r.id, r.name, r.state, r.done, r.total, r.created_at, r.started_at, r.finished_at
  from altiplano.job_run r
  where r.id = of_id and r.app = of_app and altiplano.tenant() = any(r.tenants)
$$;
create or replace function altiplano.add_job(of_app text, of_name text, of_payload json, of_key text, of_attempts integer) returns uuid
language sql security definer set search_path = altiplano, pg_temp as $$
  select altiplano.insert_job(of_app, of_name, of_payload, of_key, of_attempts, altiplano.tenant())
$$;
alter table altiplano.job_run drop column callers;
