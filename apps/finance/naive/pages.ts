import {
  type Condition,
  type Database,
  jsonArray,
  jsonObject,
  MalformedValue,
  type Parameters,
  Refusal,
  readBoolean,
  readSearch,
  whereAll,
} from 'altiplano/twin';

/** A row's columns: JSON texts ready to be written, and what leads to other rows. */
export type Row = Readonly<Record<string, string | null>>;

/** What a numbered list of one table is, as the contract says it. */
export interface Listing {
  readonly table: string;
  readonly columns: readonly string[];
  readonly order: string;
  /** Parameter → the condition its value makes; undefined: no filter. */
  readonly filters: Readonly<Record<string, (value: string) => Condition | undefined>>;
  /** The column that `search` looks in, null where there is none. */
  readonly searched: string | null;
}

export interface PageQuery {
  readonly conditions: readonly Condition[];
  readonly search: string | undefined;
  readonly page: number;
  readonly size: number;
}

type Read = Pick<Listing, 'filters' | 'searched'>;

/** Refuses with the names of all parameters at fault at once. */
export function readPageQuery({ filters, searched }: Read, of: Parameters): PageQuery {
  const conditions: Condition[] = [];
  let search: string | undefined;
  let [page, size] = [1, 20];
  collectFaults(of, (name, value) => {
    const filter = Object.hasOwn(filters, name) ? filters[name] : undefined;
    const condition = filter?.(value);
    if (condition) conditions.push(condition);
    else if (filter) return;
    else if (name === 'search' && searched !== null) search = readSearch(value);
    else if (name === 'page') page = readWhole(value, Number.MAX_SAFE_INTEGER);
    else if (name === 'size') size = readWhole(value, 100);
    else if (name === '_profile') readBoolean(value);
    else throw new MalformedValue('unknown');
  });
  return { conditions, search, page, size };
}

export function readNothing(of: Parameters): void {
  collectFaults(of, (name, value) => {
    if (name !== '_profile') throw new MalformedValue('unknown');
    readBoolean(value);
  });
}

function collectFaults(parameters: Parameters, read: (name: string, value: string) => void): void {
  const faults: string[] = [];
  for (const [name, values] of parameters) {
    try {
      read(name, values.at(-1) ?? '');
    } catch (error) {
      if (!(error instanceof MalformedValue)) throw error;
      faults.push(name);
    }
  }
  if (faults.length > 0) throw new Refusal(400, faults);
}

function readWhole(value: string, most: number): number {
  const number = /^\d+$/.test(value) ? Number(value) : 0;
  if (number < 1 || number > most) throw new MalformedValue('not such a number');
  return number;
}

/** The rows of one page and how many there are in all: a COUNT(*), then that many rows skipped. */
export async function readPage(
  database: Database,
  { table, columns, order }: Listing,
  visible: readonly Condition[],
  { conditions, page, size }: Pick<PageQuery, 'conditions' | 'page' | 'size'>,
): Promise<{ readonly total: number; readonly rows: readonly Row[] }> {
  const where = whereAll([...visible, ...conditions]);
  const total = Number(
    await database.value(
      `SELECT count(*)::text AS value FROM ${database.table(table)} WHERE ${where.text}`,
      where.values,
    ),
  );
  // In a subquery: an output column named like a table's would be what ORDER BY means, and it is JSON text.
  const rows = await database.rows<Record<string, string | null>>(
    `SELECT ${columns.join(', ')} FROM (
       SELECT * FROM ${database.table(table)} WHERE ${where.text} ORDER BY ${order}
       LIMIT $${where.values.length + 1}::bigint OFFSET $${where.values.length + 2}::bigint
     ) listed`,
    [...where.values, Number.isFinite(size) ? size : null, skipped(page, size)],
  );
  return { total, rows };
}

const skipped = (page: number, size: number): number => (page === 1 ? 0 : Math.min((page - 1) * size, 2 ** 53 - 1));

export function writePage(
  items: readonly string[],
  total: number,
  { page, size }: Pick<PageQuery, 'page' | 'size'>,
): string {
  return jsonObject([
    ['items', jsonArray(items)],
    ['total', String(total)],
    ['page', String(page)],
    ['size', String(size)],
    ['has_next', String(BigInt(page) * BigInt(size) < BigInt(total))],
  ]);
}
