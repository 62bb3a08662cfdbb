import { AssertionError } from 'node:assert';
import { type Measured, measure, placesOf, type QueryOptions, type ShapeCount } from './queries.ts';

export interface ConstantOptions<Prepared> extends QueryOptions {
  /** How many rows, of whatever it is: 5, 15 and 50 unless told otherwise. */
  readonly sizes?: readonly number[];
  /** Makes that many rows; its own queries do not count. What it returns is handed to the work. */
  readonly prepare?: (size: number) => Prepared | Promise<Prepared>;
}

/**
 * Runs work for several sizes; no statement may be sent more often for more rows. What only the first run asks for, as a connection that is
 * new does, is no growth.
 * @throws AssertionError with the statements, how often each was sent at each size, and from where
 */
export async function expectConstantQueries<Prepared = undefined>(
  work: (size: number, prepared: Prepared) => unknown,
  options: ConstantOptions<Prepared> = {},
): Promise<void> {
  const sizes = sizesOf(options.sizes ?? [5, 15, 50]);
  const runs: Measured<unknown>[] = [];
  for (const size of sizes) {
    const prepared = (await options.prepare?.(size)) as Prepared;
    runs.push(await measure(() => work(size, prepared), options));
  }
  const rows = rowsOf(runs);
  if (rows.length === 0)
    fail(
      sizes,
      runs,
      rows,
      'No query was seen at any size, so nothing is proved: does the work ask this process’s pg?',
    );
  const growing = rows.filter(({ grows }) => grows);
  if (growing.length === 0) return;
  const totals = runs.map(({ statements }, at) => `${statements} at ${sizes[at]}`).join(', ');
  fail(sizes, runs, rows, `Queries grow with the number of rows: ${totals}.`);
}

function sizesOf(sizes: readonly number[]): readonly number[] {
  const good = sizes.every((size) => Number.isInteger(size) && size >= 0) && new Set(sizes).size === sizes.length;
  if (!good || sizes.length < 2)
    throw new TypeError(
      `sizes has to be two different whole numbers at least, as [5, 15, 50], not [${sizes.join(', ')}]`,
    );
  return [...sizes].sort((a, b) => a - b);
}

interface Row {
  readonly count: ShapeCount;
  readonly times: readonly number[];
  readonly grows: boolean;
}

function rowsOf(runs: readonly Measured<unknown>[]): readonly Row[] {
  const counts = new Map<string, ShapeCount>();
  for (const { shapes } of runs) for (const count of shapes) counts.set(count.fingerprint, count);
  return [...counts.values()].map((count) => {
    const times = runs.map(
      ({ shapes }) => shapes.find(({ fingerprint }) => fingerprint === count.fingerprint)?.times ?? 0,
    );
    return { count, times, grows: times.some((more, at) => times.slice(0, at).some((before) => more > before)) };
  });
}

function fail(
  sizes: readonly number[],
  runs: readonly Measured<unknown>[],
  rows: readonly Row[],
  message: string,
): never {
  const lines = [...rows]
    .sort((a, b) => Number(b.grows) - Number(a.grows))
    .map(({ count, times, grows }) => `${columns(times)}  ${grows ? '↑' : ' '} ${count.shape}${placed(count)}`);
  const table = rows.length === 0 ? [] : ['', `${columns(sizes)}    rows`, ...lines];
  throw new AssertionError({
    message: [message, ...table, '', 'Statements of transactions, settings and cursors are not counted.'].join('\n'),
    actual: runs.map(({ statements }) => statements),
    expected: runs.map(() => runs[0]?.statements ?? 0),
    operator: 'expectConstantQueries',
    stackStartFn: expectConstantQueries,
  });
}

function columns(numbers: readonly number[]): string {
  return numbers.map((number) => String(number).padStart(6)).join('');
}

export function placed({ sites }: ShapeCount): string {
  return sites.length === 0 ? '' : `\n${' '.repeat(10)}at ${placesOf(sites)}`;
}
