import type { Condition, Database } from 'altiplano/twin';

/** Reads one parameter's value; undefined means that this value is no filter. */
export type FilterReader = (value: string) => Condition | undefined;

/** A row of any table: JSON texts ready to be written, and ids to look further with. */
export type Row = Readonly<Record<string, string | null>>;

/** What the contract says of one list: its rows, what may be asked, and how one of them is written. */
export interface Listed {
  readonly table: string;
  /** What a caller needs to read it. */
  readonly scope: string;
  /** Rows that are there at all. */
  readonly visible: string;
  /** Select list. */
  readonly columns: readonly string[];
  /** `order` → ORDER BY expressions, ascending; the first is the usual one, descending. */
  readonly orders: Readonly<Record<string, string>>;
  /** What ties are broken by, in the same direction. */
  readonly key: string;
  readonly keyType: 'uuid' | 'bigint';
  readonly filters: Readonly<Record<string, FilterReader>>;
  /** Columns whose text `search` looks in. */
  readonly searched: readonly string[];
  write(database: Database, row: Row): Promise<string>;
  /** One alone, where it has more to say than in the list. */
  writeDetail?(database: Database, row: Row): Promise<string>;
}
