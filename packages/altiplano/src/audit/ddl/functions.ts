import { rowsOf } from '../../keep/rows-of.ts';
import { type Audit, SYSTEM_ACTOR } from '../../resource/audit.ts';
import { indent, name } from '../../sql/text.ts';

export const EVENTS = ['insert', 'update', 'delete', 'truncate'] as const;
export type Event = (typeof EVENTS)[number];

/** One function an event for all audited tables of the schema: what differs, the triggers say as arguments. */
export function functions(audit: Audit): string {
  return [
    onRows(audit, 'insert', wholeRows(audit, 'insert')),
    onRows(audit, 'update', pairs(audit)),
    onRows(audit, 'delete', wholeRows(audit, 'delete')),
    onTruncate(audit),
  ].join('\n\n');
}

export function dropFunctions({ log }: Audit): string {
  return EVENTS.map((event) => `drop function ${name(`${log}_${event}`)}();`).join('\n');
}

/** A function that writes to the log whatever the query `found` finds; `offset 0` has what changed worked out once, not twice. */
function onRows(audit: Audit, event: Event, found: string): string {
  return opened(
    audit,
    event,
    `${insertInto(audit)}
  select e.tenant, moment, kind, actor, request, e.action, tg_table_name, e.record, e.changes
  from (
${indent(found, 4)}
    offset 0
  ) e
  where e.changes is not null${event === 'update' ? '\n  order by e.place' : ''};
  return null;`,
  );
}

function insertInto({ log, tenant }: Audit): string {
  return `insert into ${name(log)} (${name(tenant)}, at, actor_kind, actor_id, request_id, action, table_name, record_id, changes)`;
}

/**
 * Runs as the owner; names resolve in this schema. Values are written the same way whatever the session's settings say of
 * times, intervals and numbers. One instant a statement, read when its rows are held: what two statements did to one row is
 * in the order of ids, and of instants as far as the clock goes forward.
 */
function opened({ log, actorId }: Audit, event: Event, body: string): string {
  return `create function ${name(`${log}_${event}`)}() returns trigger
language plpgsql security definer set search_path from current
set timezone to 'UTC' set datestyle to 'ISO' set intervalstyle to 'postgres' set extra_float_digits to 1 set bytea_output to 'hex' set jit to off as $$
declare
  tenant_column constant text := tg_argv[0];
  key_column constant text := tg_argv[1];
  redacted constant text[] := tg_argv[2];
  ignored constant text[] := tg_argv[3];
  moment constant timestamptz := clock_timestamp();
  kind constant text := coalesce(nullif(current_setting('altiplano.caller_kind', true), ''), '${SYSTEM_ACTOR}');
  actor constant ${actorId} := case when kind <> '${SYSTEM_ACTOR}' then nullif(current_setting('altiplano.caller', true), '')::${actorId} end;
  request constant text := nullif(current_setting('altiplano.request_id', true), '');
begin
  ${body}
end $$;
revoke execute on function ${name(`${log}_${event}`)}() from public;`;
}

/** New rows, or rows that are gone: their columns that are not null. */
function wholeRows(audit: Audit, event: 'insert' | 'delete'): string {
  const [rows, before, after] =
    event === 'insert' ? ['new_rows', NOTHING, 'v.value'] : ['old_rows', 'v.value', NOTHING];
  return `select '${event}' as action, (i.image ->> tenant_column)::uuid as tenant, i.image ->> key_column as record, (
${indent(changes(`select v.key, ${before} as before, ${after} as after from jsonb_each(i.image) v`, `c.${event === 'insert' ? 'after' : 'before'} <> 'null'`))}
) as changes
from (select to_jsonb(r) as image from ${rowsOf(audit, rows, 'r')} offset 0) i`;
}

const NOTHING = `jsonb 'null'`;

/**
 * Old and new versions by tenant and key. A row that changed its key or its tenant went with the old and came with the new
 * one. A cascade may write a row twice in one statement: its versions are paired in the order they were written.
 */
function pairs(audit: Audit): string {
  const versions = (rows: string) => `(
  select i.*, row_number() over (partition by i.tenant, i.record order by i.place) as version
  from (
    select row_number() over () as place, to_jsonb(r) as image,
      to_jsonb(r) ->> tenant_column collate "C" as tenant, to_jsonb(r) ->> key_column collate "C" as record
    from ${rowsOf(audit, rows, 'r')}
  ) i
)`;
  const value = (image: string) => `coalesce(${image}.image -> k.key, 'null')`;
  return `select coalesce(n.place, o.place) as place,
  case when o.image is null then 'insert' when n.image is null then 'delete' else 'update' end as action,
  coalesce(n.tenant, o.tenant)::uuid as tenant, coalesce(n.record, o.record) as record, (
${indent(
  changes(
    `select k.key, ${value('o')} as before, ${value('n')} as after
from jsonb_object_keys(coalesce(n.image, o.image)) k (key)`,
    // As texts: 1.0 and 1.00 are equal and not the same.
    'c.before::text <> c.after::text',
  ),
)}
) as changes
from ${versions('old_rows')} o
full join ${versions('new_rows')} n on n.tenant = o.tenant and n.record = o.record and n.version = o.version`;
}

/** `{column: [old, new]}`; null when nothing changed that is told. */
function changes(columns: string, condition: string): string {
  const shown = (value: string) =>
    `case when c.key = any(redacted) and ${value} <> 'null' then '"[redacted]"' else ${value} end`;
  return `select jsonb_object_agg(c.key, jsonb_build_array(${shown('c.before')}, ${shown('c.after')}))
from (
${indent(columns)}
) c
where c.key <> all(ignored) and ${condition}`;
}

/** Before: afterwards nobody knows whose rows they were. */
function onTruncate(audit: Audit): string {
  return opened(
    audit,
    'truncate',
    `if current_setting('transaction_isolation') <> 'read committed' then
    raise exception '%.% cannot be truncated in an older snapshot', tg_table_schema, tg_table_name
      using errcode = 'invalid_transaction_state', hint = 'begin isolation level read committed; whose rows go is told from what is there now.';
  end if;
  execute format(
    $q$${insertInto(audit)}
    select t.%1$I, $1, $2, $3, $4, 'truncate', $5, null, '{}' from (select distinct r.%1$I from ${rowsOf(audit, '%2$I.%3$I', 'r')}) t order by 1$q$,
    tenant_column, tg_table_schema, tg_table_name)
  using moment, kind, actor, request, tg_table_name;
  return null;`,
  );
}
