import type { App } from '../resource/app.ts';
import { name } from '../sql/text.ts';
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

export interface Batch {
  /** Key of the last row looked at: where the next batch begins; null when the table is done. */
  readonly after: string | null;
  readonly seen: number;
  /** Rows that were written. */
  readonly changed: number;
}

const ROWS = 500;

/**
 * Seals the next rows of a table, in the order of keys, as they would be now: with the current key, bound to their row. A row
 * that is sealed so already is left alone, and one that is changed meanwhile keeps its change, so a batch may be run again,
 * beside writers and beside itself.
 * @throws ENCRYPTION_KEY_MISSING, ENCRYPTION_DAMAGED: the batch has changed nothing
 */
export async function reencryptBatch(
  connection: Querying,
  target: EncryptedTable,
  keys: KeyRing,
  after: string | null,
  size = ROWS,
): Promise<Batch> {
  const { rows } = await connection.query(selectRows(target), [after, size]);
  const sealed = rows.flatMap((row) => sealedRow(target, keys, row as Readonly<Record<string, string | null>>));
  let changed = 0;
  if (sealed.length > 0) {
    const written = await connection.query(updateRows(target), [JSON.stringify(sealed)]);
    changed = Number(written.rows[0]?.changed ?? 0);
  }
  const last = rows.at(-1)?.key;
  return { after: rows.length < size || last === undefined ? null : String(last), seen: rows.length, changed };
}

export interface Reencrypted extends Batch {
  readonly table: string;
}

/** All encrypted columns of an app, batch by batch: told after each, so that whoever runs it can stop and go on. */
export async function* reencrypt(
  connection: Querying,
  app: Pick<App, 'schema' | 'resources'>,
  keys: KeyRing,
): AsyncGenerator<Reencrypted> {
  for (const target of encryptedTables(app)) {
    let after: string | null = null;
    do {
      const batch: Batch = await reencryptBatch(connection, target, keys, after);
      yield { table: target.table, ...batch };
      after = batch.after;
    } while (after !== null);
  }
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
  return `select t.${name(key)}::text as key, t.${name(tenant)}::text as tenant, ${values.join(', ')}
from ${name(schema)}.${name(table)} t
where $1::${keyType} is null or t.${name(key)} > $1::${keyType}
order by t.${name(key)} limit $2`;
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
