import type { App } from '../resource/app.ts';
import type { ReencryptedBatch } from '../resource/job.ts';
import { NO_TENANT } from '../resource/tenant-key.ts';
import { literal, name } from '../sql/text.ts';
import type { KeyRing } from './key-ring.ts';
import { isCurrent, seal, unseal } from './seal.ts';
import { type EncryptedTable, encryptedTables } from './targets.ts';

/** As much of a connection as a batch needs; of the owner, who sees every tenant. */
export interface Querying {
  query(
    text: string,
    values: readonly unknown[],
  ): Promise<{ readonly rows: readonly Readonly<Record<string, unknown>>[] }>;
}

/** The row looked at last, nulls before the first. Two tenants may have rows of one key. */
interface Place {
  readonly table: string;
  readonly key: string | null;
  readonly tenant: string | null;
}

export interface Batch extends ReencryptedBatch {
  readonly table: string;
}

const ROWS = 500;

/**
 * Seals the next rows of an app's encrypted columns, table by table and in the order of keys, as they would be now: with the
 * current key, bound to their row. A row that is sealed so already is left alone, and one that is changed meanwhile keeps its
 * change, so a batch may be run again, beside writers and beside itself. One statement reads, one writes.
 * @param after where the batch before ended, null for the first
 * @throws ENCRYPTION_KEY_MISSING, ENCRYPTION_DAMAGED: the batch has changed nothing
 */
export async function reencryptBatch(
  connection: Querying,
  app: Pick<App, 'schema' | 'resources'>,
  keys: KeyRing,
  after: unknown,
  size = ROWS,
): Promise<Batch> {
  const all = encryptedTables(app);
  const last = after as Place | null;
  const at = last === null ? 0 : all.findIndex(({ table }) => table === last.table);
  const target = all[at];
  if (target === undefined) return { table: '', after: null, seen: 0, changed: 0 };
  const { rows } = await connection.query(selectRows(target), [last?.key ?? null, last?.tenant ?? null, size]);
  const sealed = rows.flatMap((row) => sealedRow(target, keys, row as Readonly<Record<string, string | null>>));
  let changed = 0;
  if (sealed.length > 0) {
    const written = await connection.query(updateRows(target), [JSON.stringify(sealed)]);
    changed = Number(written.rows[0]?.changed ?? 0);
  }
  return { table: target.table, after: placeAfter(all, at, rows, size), seen: rows.length, changed };
}

/** About how many rows a rotation looks at, as the planner believes. */
export async function estimateRows(connection: Querying, app: Pick<App, 'schema' | 'resources'>): Promise<number> {
  const tables = encryptedTables(app).map(({ schema, table }) => `${name(schema)}.${name(table)}`);
  const text =
    'select coalesce(sum(greatest(reltuples, 0)), 0)::bigint as rows from pg_class where oid = any($1::regclass[])';
  const { rows } = await connection.query(text, [tables]);
  return Number(rows[0]?.rows);
}

function placeAfter(
  all: readonly EncryptedTable[],
  at: number,
  rows: readonly Readonly<Record<string, unknown>>[],
  size: number,
): Place | null {
  const last = rows.at(-1);
  const table = all[at]?.table ?? '';
  if (rows.length === size && last !== undefined) return { table, key: String(last.key), tenant: String(last.tenant) };
  const next = all[at + 1];
  return next === undefined ? null : { table: next.table, key: null, tenant: null };
}

function sealedRow(
  { table, columns }: EncryptedTable,
  keys: KeyRing,
  row: Readonly<Record<string, string | null>>,
): readonly Readonly<Record<string, string | null>>[] {
  const place = (column: string) => ({ table, column, tenant: row.tenant ?? '', row: row.key ?? null });
  const sealed = columns.map((column, index): [string, string | null, boolean] => {
    const was = row[`was_${index}`] ?? null;
    const is =
      was !== null && !isCurrent(keys, was) ? seal(keys, place(column), unseal(keys, place(column), was)) : was;
    return [`is_${index}`, is, is !== was];
  });
  if (!sealed.some(([, , isChanged]) => isChanged)) return [];
  return [{ ...row, ...Object.fromEntries(sealed.map(([column, is]) => [column, is])) }];
}

function selectRows({ schema, table, key, keyType, tenant, columns }: EncryptedTable): string {
  const values = columns.map((column, index) => `t.${name(column)} as was_${index}`);
  const whose = tenant === null ? `${literal(NO_TENANT)}::text` : `t.${name(tenant)}::text`;
  return `select t.${name(key)}::text as key, ${whose} as tenant, ${values.join(', ')}
from ${name(schema)}.${name(table)} t
where $1::${keyType} is null or (t.${name(key)}, ${whose}) > ($1::${keyType}, $2::text)
order by t.${name(key)}, ${whose} limit $3`;
}

/** Only what is still as it was read. */
function updateRows({ schema, table, key, keyType, columns }: EncryptedTable): string {
  const all = (text: (column: string, index: number) => string, separator: string) => columns.map(text).join(separator);
  return `with changed as (
  update ${name(schema)}.${name(table)} t set ${all((column, index) => `${name(column)} = i.is_${index}`, ', ')}
  from json_to_recordset($1::json) as i (key ${keyType}, ${all((_, index) => `was_${index} text, is_${index} text`, ', ')})
  where t.${name(key)} = i.key and ${all((column, index) => `t.${name(column)} is not distinct from i.was_${index}`, ' and ')}
  returning 1
)
select count(*) as changed from changed`;
}
