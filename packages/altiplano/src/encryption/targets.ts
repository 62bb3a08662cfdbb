import type { App } from '../resource/app.ts';
import { encryptedColumns } from '../resource/check-encryption.ts';

/** A table with encrypted columns. */
export interface EncryptedTable {
  readonly schema: string;
  readonly table: string;
  readonly key: string;
  readonly keyType: string;
  /** Null where its rows are of no tenant. */
  readonly tenant: string | null;
  readonly columns: readonly string[];
}

/** Several resources may show one table: their columns together. */
export function encryptedTables({ schema, resources }: Pick<App, 'schema' | 'resources'>): readonly EncryptedTable[] {
  const found = new Map<string, EncryptedTable>();
  for (const resource of resources) {
    const columns = encryptedColumns(resource);
    if (columns.length === 0) continue;
    const { table, key, keyType, tenant } = resource;
    const others = found.get(table)?.columns ?? [];
    found.set(table, {
      schema,
      table,
      key,
      keyType,
      tenant: tenant.none === true ? null : tenant.column,
      columns: [...new Set([...others, ...columns])],
    });
  }
  return [...found.values()];
}
