-- A login that was checked before a password changed, and opens its session after: it would outlive the change.
-- Up Migration

-- As it was (0026), but whoever changes a password holds it until the commit, and a key that is not there is said.
create or replace function altiplano.password_changed() returns trigger
language plpgsql security definer set search_path = altiplano, pg_temp as $$
declare
  changed constant text := to_jsonb(new) ->> coalesce(tg_argv[0], '');
begin
  if changed is null then
    raise exception 'trigger %: table %.% has no key in a column %', tg_name, tg_table_schema, tg_table_name, coalesce(tg_argv[0], '(none said)')
      using errcode = 'undefined_column', hint = $h$Say the key's column: execute function altiplano.password_changed('id')$h$;
  end if;
  if coalesce(current_setting('altiplano.rehash', true), '') <> 'on' then
    perform pg_advisory_xact_lock(hashtextextended(format('password %s %s', tg_table_schema, changed), 0));
    perform altiplano.end_sessions(tg_table_schema, changed);
  end if;
  return null;
end $$;

-- Returns when no change of that user's password is under way. Whoever opened a session before it asked finds the password as it is now, or
-- is ended by whoever changes it later.
create function altiplano.await_password(of_schema text, of_user text) returns void
language sql volatile security definer set search_path = altiplano, pg_temp as $$
  select pg_advisory_xact_lock_shared(hashtextextended(format('password %s %s', of_schema, of_user), 0))
$$;
revoke execute on function altiplano.await_password(text, text) from public;
do $$
begin
  execute format('grant execute on function altiplano.await_password(text, text) to %I', altiplano.app_role());
end $$;

-- Down Migration
drop function altiplano.await_password(text, text);
create or replace function altiplano.password_changed() returns trigger
language plpgsql security definer set search_path = altiplano, pg_temp as $$
begin
  if coalesce(current_setting('altiplano.rehash', true), '') <> 'on' then
    perform altiplano.end_sessions(tg_table_schema, to_jsonb(new) ->> tg_argv[0]);
  end if;
  return null;
end $$;
