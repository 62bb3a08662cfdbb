import type { KeptState } from '../keep/registered.ts';
import type { KeyType } from '../resource/resource.ts';

/** What the live database has, read once at start: the plan takes types from here and the check compares declarations. */
export interface Catalog {
  readonly schema: string;
  /** `server_version_num`, for example 180004. */
  readonly version: number;
  readonly tables: ReadonlyMap<string, Table>;
  readonly functions: ReadonlySet<string>;
  readonly rollups: ReadonlyMap<string, KeptRollup>;
  readonly bitmaps: ReadonlyMap<string, Kept>;
  readonly summaries: ReadonlyMap<string, Kept>;
  /** Table → how its changes leave a trail, as its triggers say; null where one of them is missing or disabled. */
  readonly audited: ReadonlyMap<string, string | null>;
}

/** A rollup, summary or bitmap the database has, with the definition its migration was written from. */
export interface Kept {
  readonly state: KeptState;
  readonly definition: unknown;
}

export interface KeptRollup extends Kept {
  /** Figures that rows can be ordered by, and whether every live parent has its row for that. */
  readonly orders: readonly string[];
  readonly ranked: boolean;
}

export interface Table {
  readonly name: string;
  readonly columns: ReadonlyMap<string, Column>;
  readonly indexes: readonly Index[];
  readonly rowSecurity: {
    readonly enabled: boolean;
    readonly forced: boolean;
    readonly policies: readonly string[];
    /** False when a role that a policy is for may not select. */
    readonly readable?: boolean;
  };
}

export interface Column {
  readonly name: string;
  /** As `format_type` prints it, for example `timestamp with time zone`. */
  readonly type: string;
  readonly nullable: boolean;
  /** What the database makes it of, if it does. */
  readonly made?: string | null;
  /** False: of a table that the app's role may read in part, it is not in that part. */
  readonly readable?: boolean;
}

export interface Index {
  readonly name: string;
  readonly method: string;
  /** Key columns in order; an expression is its text. Another collation than the column's follows, and `desc`. */
  readonly keys: readonly string[];
  readonly unique: boolean;
  readonly predicate: string | null;
  readonly valid: boolean;
}

/** Of a table's `id`. */
export function keyTypeOf(catalog: Catalog, table: string): KeyType {
  return columnType(catalog, table, 'id') === 'bigint' ? 'bigint' : 'uuid';
}

export function columnType(catalog: Catalog, table: string, column: string): string {
  return catalog.tables.get(table)?.columns.get(column)?.type ?? 'text';
}
