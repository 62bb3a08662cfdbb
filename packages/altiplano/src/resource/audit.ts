import { encryptedColumns } from './check-encryption.ts';
import type { Resource } from './resource.ts';
import { NONE, TENANT_KEY } from './tenant-key.ts';

/** Which tables leave a trail, and in which table: one row for every row that is changed, whoever changes it and how. */
export interface Audit {
  /** The table that holds the trail. */
  readonly log: string;
  /** Its column that names the tenant. */
  readonly tenant: string;
  /** The audited tables have no tenants; the log's column says the one that stands for none. */
  readonly untenanted?: true;
  /** What callers are called: `member`, `api_key`. Whoever says nothing of himself is the `system`. */
  readonly actors: readonly string[];
  /** Type of the ids of all of them. */
  readonly actorId: 'uuid' | 'bigint';
  readonly tables: Readonly<Record<string, AuditedTable>>;
}

/** The caller that nobody named: migrations, jobs, an owner's session. */
export const SYSTEM_ACTOR = 'system';

export interface AuditedTable {
  /** Column whose value is the tenant; a table of tenants names its key. */
  readonly tenant: string;
  readonly key: string;
  /** Columns of which it is told that they changed, never from what to what. */
  readonly redact: readonly string[];
  /** Columns that are no news: a change of nothing else leaves no row. */
  readonly ignore: readonly string[];
}

export interface AuditDeclaration<DB> {
  /** The column that names the tenant; `'none'` where there are none, `tenant_key` where two columns do. */
  readonly tenant: string;
  readonly actors: readonly string[];
  readonly actorId?: Audit['actorId'];
  readonly tables: {
    readonly [T in Extract<keyof DB, string>]?: {
      readonly tenant?: Extract<keyof DB[T], string>;
      readonly key?: Extract<keyof DB[T], string>;
      readonly redact?: readonly Extract<keyof DB[T], string>[];
      readonly ignore?: readonly Extract<keyof DB[T], string>[];
    };
  };
}

/** The tables whose rows never change again, and that keep no trail of themselves, are not named. */
export const auditOf =
  <DB>() =>
  (log: Extract<keyof DB, string>, declaration: AuditDeclaration<DB>): Audit => {
    const { actors, actorId = 'uuid' } = declaration;
    const isNone = declaration.tenant === NONE;
    const tenant = isNone ? TENANT_KEY : declaration.tenant;
    const named = Object.entries(declaration.tables as Readonly<Record<string, Partial<AuditedTable>>>);
    return {
      log,
      tenant,
      ...(isNone ? { untenanted: isNone } : {}),
      actors,
      actorId,
      tables: Object.fromEntries(
        named.map(([table, { tenant: column = tenant, key = 'id', redact = [], ignore = [] }]) => [
          table,
          // What stands for the tenant is no news.
          { tenant: column, key, redact, ignore: isNone ? [...ignore, tenant] : ignore },
        ]),
      ),
    };
  };

/** What is encrypted at rest is no more readable in the trail. */
export function redactEncrypted(audit: Audit, resources: readonly Resource[]): Audit {
  const tables = Object.entries(audit.tables).map(([table, audited]): [string, AuditedTable] => {
    const encrypted = resources.filter((resource) => resource.table === table).flatMap(encryptedColumns);
    return [table, { ...audited, redact: [...new Set([...audited.redact, ...encrypted])] }];
  });
  return { ...audit, tables: Object.fromEntries(tables) };
}
