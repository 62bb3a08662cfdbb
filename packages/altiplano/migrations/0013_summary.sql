-- Summaries: figures of a table's rows by group, and which there are.
-- Up Migration

-- One row for each summary of each app, as altiplano.rollup has one for each rollup. Writers read `generation` to choose the table
-- of deltas they append to; a stale read is harmless, because what a delta counts for is decided by snapshots.
create table altiplano.summary (
  schema_name name not null,
  name name not null,
  definition jsonb not null,
  state text not null default 'unbuilt' check (state in ('unbuilt', 'building', 'ready')),
  generation smallint not null default 0 check (generation in (0, 1)),
  flipped_at timestamptz,
  built_rows bigint not null default 0,
  folded pg_snapshot, -- what is visible in it is consumed for every group
  folded_at timestamptz,
  last_fold_xid xid8,
  system_identifier bigint, -- the cluster whose transaction numbers the rows carry
  primary key (schema_name, name)
);

-- Down Migration
drop table altiplano.summary;
