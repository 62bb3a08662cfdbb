/** A table's rows, made as they are asked for. */
export interface SampleTable {
  readonly table: string;
  readonly columns: readonly string[];
  /** How many rows to expect, for the progress line. */
  readonly total: number;
  readonly rows: () => Iterable<string>;
  /** Triggers of the table that are off while it is filled: what they keep, rows bring along, here or in other tables. */
  readonly brought?: readonly string[];
}
