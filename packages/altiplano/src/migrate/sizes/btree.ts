/** What the statistics say of one column of an index. */
export interface ColumnStatistics {
  /** Bytes, length word included; a mean for texts. */
  readonly width: number;
  readonly align: 1 | 2 | 4 | 8;
  /** Share of nulls. */
  readonly nulls: number;
  /** How many different values. */
  readonly distinct: number;
  /** A uuid: the id of a row also says which parent and tenant it belongs to. */
  readonly isId: boolean;
}

// PostgreSQL's own: src/include/access/nbtree.h.
const PAGE = 8192;
const USABLE = (PAGE - 24 - 16) * 0.9;
/** A build keeps lists of rows with one key to a tenth of a page. */
const LONGEST_LIST = 812;
/** Pages above the leaves. */
const INNER = 1.006;

/** Bytes of a freshly built B-tree of so many entries. Equal keys share one, unless there can be none (`unique`). */
export function btreeBytes(columns: readonly ColumnStatistics[], entries: number, unique: boolean): number {
  const tuple = tupleBytes(columns);
  const distinct = Math.max(1, Math.min(entries, combinations(columns)));
  const shared = Math.min(entries / distinct, Math.floor((LONGEST_LIST - tuple) / 6));
  const entry = !unique && shared >= 2 ? (tuple + 4) / shared + 6 : tuple + 4;
  return PAGE * (1 + Math.ceil((entries * entry * INNER) / USABLE));
}

/** Columns vary on their own, ids do not: the most various of them determines the others. */
function combinations(columns: readonly ColumnStatistics[]): number {
  const ids = columns.filter(({ isId }) => isId).map(({ distinct }) => distinct);
  const others = columns.filter(({ isId }) => !isId);
  return others.reduce((product, { distinct }) => product * distinct, Math.max(1, ...ids));
}

function tupleBytes(columns: readonly ColumnStatistics[]): number {
  const size = (header: number, share: (column: ColumnStatistics) => number) => {
    const data = columns.reduce((offset, column) => {
      const aligned = Math.ceil(offset / column.align) * column.align;
      return aligned + column.width * share(column);
    }, 0);
    return Math.ceil((header + data) / 8) * 8;
  };
  // A null takes no room itself, and a bitmap for the whole tuple.
  const nulls = 1 - columns.reduce((share, column) => share * (1 - column.nulls), 1);
  return (1 - nulls) * size(8, () => 1) + nulls * size(16, (column) => 1 - column.nulls);
}
