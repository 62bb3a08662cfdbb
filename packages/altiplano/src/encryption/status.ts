import type { OwnerClient } from '../execute/owner.ts';
import type { App } from '../resource/app.ts';
import { name } from '../sql/text.ts';
import type { KeyRing } from './key-ring.ts';
import { encryptedTables } from './targets.ts';

/** How many values of a column are under one key. */
export interface EncryptionStatus {
  readonly column: string;
  readonly key: string;
  readonly binding: 'row' | 'tenant';
  readonly values: number;
  /** `stale`: the rotation would write it. */
  readonly state: 'current' | 'stale' | 'key missing';
}

/** Reads every row of the tables. */
export async function readStatus(
  client: OwnerClient,
  app: Pick<App, 'schema' | 'resources'>,
  keys: KeyRing,
): Promise<readonly EncryptionStatus[]> {
  const found: EncryptionStatus[] = [];
  for (const { schema, table, columns } of encryptedTables(app)) {
    for (const column of columns) {
      const { rows } = await client.query<{ key: string; mark: string; values: string }>(
        `select split_part(${name(column)}, '.', 2) as key, split_part(${name(column)}, '.', 3) as mark, count(*) as values
         from ${name(schema)}.${name(table)} where ${name(column)} is not null group by 1, 2 order by 1, 2`,
      );
      for (const { key, mark, values } of rows) {
        const isCurrent = key === keys.current.id && mark === 'r';
        const state = keys.keys.has(key) ? (isCurrent ? 'current' : 'stale') : 'key missing';
        const binding = mark === 'r' ? 'row' : 'tenant';
        found.push({ column: `${schema}.${table}.${column}`, key, binding, values: Number(values), state });
      }
    }
  }
  return found;
}
