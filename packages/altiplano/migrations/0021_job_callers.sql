-- Of a job that nobody in particular asked for, whoever asked for it later was not kept: null is neither among the callers nor not.
-- Up Migration
create or replace function altiplano.add_job(of_app text, of_name text, of_payload json, of_key text, of_attempts integer) returns uuid
language plpgsql security definer set search_path = altiplano, pg_temp as $$
declare
  run constant uuid := altiplano.insert_job(of_app, of_name, of_payload, of_key, of_attempts, altiplano.tenant());
  caller constant text := altiplano.caller_text();
begin
  if altiplano.tenant() = '00000000-0000-0000-0000-000000000000' and caller is not null then
    update altiplano.job_run r set callers = r.callers || caller
    where r.id = run and not coalesce(caller = any (r.callers), false);
  end if;
  return run;
end $$;
update altiplano.job_run set callers = array_remove(callers, null) where array_position(callers, null) is not null;

-- Down Migration
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
