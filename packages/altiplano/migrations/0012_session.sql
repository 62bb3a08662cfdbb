-- Sessions of people who signed in. The server's role has no right on the table: it may do what these functions do, one session
-- at a time. Of a refresh token a keyed digest is kept and of those before it nothing.
-- Up Migration
create table altiplano.session (
  schema text not null,
  id text not null,
  -- As text: users are numbered here and have a uuid there.
  user_id text not null,
  digest bytea not null,
  created_at timestamptz not null default now(),
  rotated_at timestamptz,
  -- Moved on by each rotation, up to `ends_at`.
  expires_at timestamptz not null,
  ends_at timestamptz not null,
  revoked_at timestamptz,
  primary key (schema, id)
);
create index session_user_id on altiplano.session (schema, user_id, created_at desc);
create index session_expires_at on altiplano.session (expires_at);

-- Opens a session; of one user's more than a hundred the oldest are over.
create function altiplano.open_session(
  of_schema text, of_id text, of_user text, of_digest bytea, idle float8, longest float8
) returns void
language sql security definer set search_path = altiplano, pg_temp as $$
  delete from altiplano.session s
  where s.schema = of_schema and s.id in (
    select o.id from altiplano.session o
    where o.schema = of_schema and o.user_id = of_user
    order by o.created_at desc offset 99 limit 10
  );
  insert into altiplano.session (schema, id, user_id, digest, expires_at, ends_at)
  values (of_schema, of_id, of_user, of_digest, now() + make_interval(secs => least(idle, longest)),
    now() + make_interval(secs => longest));
$$;

-- Exchanges one digest for another: `rotated`. A digest that is no longer the session's was used before: `replayed`, and the
-- session is over. Of two at once one waits for the other's commit and then finds its digest.
create function altiplano.rotate_session(
  of_schema text, of_id text, was bytea, becomes bytea, idle float8, out outcome text, out user_id text
)
language plpgsql security definer set search_path = altiplano, pg_temp as $$
declare
  found_session altiplano.session;
begin
  select * into found_session from altiplano.session s where s.schema = of_schema and s.id = of_id for no key update;
  if found_session.id is null or found_session.revoked_at is not null or found_session.expires_at <= clock_timestamp() then
    outcome := 'over';
    return;
  end if;
  user_id := found_session.user_id;
  if found_session.digest = was then
    outcome := 'rotated';
    update altiplano.session s
    set digest = becomes, rotated_at = now(), expires_at = least(now() + make_interval(secs => idle), s.ends_at)
    where s.schema = of_schema and s.id = of_id;
  else
    outcome := 'replayed';
    update altiplano.session s set revoked_at = now() where s.schema = of_schema and s.id = of_id;
  end if;
end $$;

-- Whose session it is and for how many seconds, if it is still one.
create function altiplano.live_session(of_schema text, of_id text) returns table (user_id text, remaining float8)
language sql stable security definer set search_path = altiplano, pg_temp rows 1 as $$
  select s.user_id, extract(epoch from s.expires_at - now())::float8
  from altiplano.session s
  where s.schema = of_schema and s.id = of_id and s.revoked_at is null and s.expires_at > now()
$$;

create function altiplano.end_session(of_schema text, of_id text) returns void
language sql security definer set search_path = altiplano, pg_temp as $$
  update altiplano.session s set revoked_at = now()
  where s.schema = of_schema and s.id = of_id and s.revoked_at is null
$$;

create function altiplano.end_sessions(of_schema text, of_user text) returns void
language sql security definer set search_path = altiplano, pg_temp as $$
  update altiplano.session s set revoked_at = now()
  where s.schema = of_schema and s.user_id = of_user and s.revoked_at is null
$$;

-- Removes sessions that have expired, oldest first; ended ones when they would have. Those another session holds are left to it.
create function altiplano.forget_sessions(most integer) returns bigint
language sql set search_path = altiplano, pg_temp as $$
  with expired as (
    select s.schema, s.id
    from altiplano.session s
    where s.expires_at <= now()
    order by s.expires_at
    limit most
    for update skip locked
  ), removed as (
    delete from altiplano.session s
    using expired e
    where s.schema = e.schema and s.id = e.id
    returning 1
  )
  select count(*) from removed
$$;

revoke execute on function
  altiplano.open_session(text, text, text, bytea, float8, float8),
  altiplano.rotate_session(text, text, bytea, bytea, float8),
  altiplano.live_session(text, text), altiplano.end_session(text, text), altiplano.end_sessions(text, text),
  altiplano.forget_sessions(integer)
from public;
do $$
begin
  execute format(
    'grant execute on function
       altiplano.open_session(text, text, text, bytea, float8, float8),
       altiplano.rotate_session(text, text, bytea, bytea, float8),
       altiplano.live_session(text, text), altiplano.end_session(text, text), altiplano.end_sessions(text, text)
     to %I', altiplano.app_role());
end $$;

-- Down Migration
drop function altiplano.forget_sessions(integer);
drop function altiplano.end_sessions(text, text);
drop function altiplano.end_session(text, text);
drop function altiplano.live_session(text, text);
drop function altiplano.rotate_session(text, text, bytea, bytea, float8);
drop function altiplano.open_session(text, text, text, bytea, float8, float8);
drop table altiplano.session;
