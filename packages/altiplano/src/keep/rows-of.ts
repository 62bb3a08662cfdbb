import { NO_TENANT } from '../resource/tenant-key.ts';
import { name } from '../sql/text.ts';

/** What is kept of tables, and whether those have the tenant's column. */
export interface KeptOf {
  readonly tenant: string;
  readonly untenanted?: true;
}

/** `table alias`, each row with its tenant: where the table has none, with the key that stands for none. */
export function rowsOf({ tenant, untenanted }: KeptOf, table: string, alias: string): string {
  if (untenanted !== true) return `${table} ${alias}`;
  return `(select '${NO_TENANT}'::uuid as ${name(tenant)}, r.* from ${table} r) ${alias}`;
}
