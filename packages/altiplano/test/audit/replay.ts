import type { OwnerClient } from '../../src/execute/owner.ts';
import { ARCHIVE } from './archive.ts';

/** Table → key → column → its value as JSON text; what is null is not there. */
export type State = Map<string, Map<string, Record<string, string>>>;

interface Entry {
  readonly tenant: string;
  readonly action: 'insert' | 'update' | 'delete' | 'truncate';
  readonly table_name: string;
  readonly record_id: string | null;
  readonly changes: Readonly<Record<string, readonly [string, string]>>;
}

/** The oracle: what is in the tables, told by nothing but the trail. Throws where an old value is not the one that was. */
export async function replay(client: OwnerClient): Promise<State> {
  const { rows } = await client.query<Entry>(`
    select t.house_id as tenant, t.action, t.table_name, t.record_id, coalesce((
      select jsonb_object_agg(c.key, jsonb_build_array((c.value -> 0)::text, (c.value -> 1)::text)) from jsonb_each(t.changes) c
    ), '{}') as changes
    from ${ARCHIVE}.trail t order by t.id`);
  const state: State = new Map();
  for (const entry of rows) {
    const records = state.get(entry.table_name) ?? new Map<string, Record<string, string>>();
    state.set(entry.table_name, records);
    apply(records, entry);
  }
  return sorted(state);
}

function apply(records: Map<string, Record<string, string>>, entry: Entry): void {
  const { action, tenant, record_id, changes } = entry;
  if (action === 'truncate') {
    for (const key of records.keys()) if (key.startsWith(tenant)) records.delete(key);
    return;
  }
  const key = `${tenant} ${record_id}`;
  const before = records.get(key);
  if ((action === 'insert') !== (before === undefined)) throw new Error(`${action} of ${entry.table_name} ${key}`);
  const after = { ...before };
  for (const [column, [old, fresh]] of Object.entries(changes)) {
    if ((after[column] ?? 'null') !== old) throw new Error(`${column} of ${key} was ${after[column]}, not ${old}`);
    if (fresh === 'null') delete after[column];
    else after[column] = fresh;
  }
  if (action === 'delete') {
    if (Object.keys(after).length > 0) throw new Error(`${key} is gone but for ${Object.keys(after)}`);
    records.delete(key);
  } else records.set(key, after);
}

/** What is in the tables. */
export async function readState(client: OwnerClient, tables: Readonly<Record<string, string>>): Promise<State> {
  const state: State = new Map();
  await client.query("set timezone to 'UTC'");
  for (const [table, tenant] of Object.entries(tables)) {
    const { rows } = await client.query<{ key: string; row: Record<string, string> }>(`
      select ${tenant} || ' ' || id as key, (
        select jsonb_object_agg(c.key, c.value::text) from jsonb_each(to_jsonb(r)) c where c.value <> 'null'
      ) as row
      from ${ARCHIVE}.${table} r`);
    state.set(table, new Map(rows.map(({ key, row }) => [key, row])));
  }
  return sorted(state);
}

function sorted(state: State): State {
  const byKey = <T>(entries: Iterable<[string, T]>) => [...entries].sort(([a], [b]) => (a < b ? -1 : 1));
  return new Map(
    byKey(state)
      .filter(([, records]) => records.size > 0)
      .map(([table, records]) => [
        table,
        new Map(byKey(records).map(([key, row]) => [key, Object.fromEntries(byKey(Object.entries(row)))])),
      ]),
  );
}
