-- Profiles that somebody asked for, where there is no Redis. Unlogged: an hour of them is not worth a word in the log, and a crash may
-- take them. The server's role, which row security binds, has no right here: they are written and read by the owner's connection.
-- Up Migration
create unlogged table altiplano.profile (
  id text primary key,
  at timestamptz not null default now(),
  profile text not null check (octet_length(profile) <= 300000)
);
create index profile_at on altiplano.profile (at);

-- Down Migration
drop table altiplano.profile;
