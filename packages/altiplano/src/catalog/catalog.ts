import type { RollupState } from '../rollup/registry.ts';

/** What the live database has, read once at start: the plan takes types from here and the check compares declarations. */
export interface Catalog {
  readonly schema: string;
  /** `server_version_num`, for example 180004. */
  readonly version: number;
  readonly tables: ReadonlyMap<string, Table>;
  readonly functions: ReadonlySet<string>;
  readonly rollups: ReadonlyMap<string, KeptRollup>;
}

/** A rollup the database has, with the definition its migration was written from. */
export interface KeptRollup {
  readonly state: RollupState;
  readonly definition: unknown;
}

export interface Table {
  readonly name: string;
  readonly columns: ReadonlyMap<string, Column>;
  readonly indexes: readonly Index[];
  readonly rowSecurity: { readonly enabled: boolean; readonly forced: boolean; readonly policies: readonly string[] };
}

export interface Column {
  readonly name: string;
  /** As `format_type` prints it, for example `timestamp with time zone`. */
  readonly type: string;
  readonly nullable: boolean;
}

export interface Index {
  readonly name: string;
  readonly method: string;
  /** Key columns in order; an expression is its text. `desc` follows a descending one. */
  readonly keys: readonly string[];
  readonly unique: boolean;
  readonly predicate: string | null;
  readonly valid: boolean;
}

export function columnType(catalog: Catalog, table: string, column: string): string {
  return catalog.tables.get(table)?.columns.get(column)?.type ?? 'text';
}
