import type { Row } from '../../result/result.ts';
import { BUFFERS, LIMITS } from './limits.ts';
import { FAMILY_NAMES } from './sections/families.ts';
import { atMost, type Target } from './target.ts';

/** Combinations of filters at a fixed cost: what issue 4 asks for, beside the dearest that was found. */
export function bitmapTargets(rows: readonly Row[], size: number): readonly Target[] {
  const ours = rows.filter((row) => row.variant === 'altiplano' && row.size === size);
  const counts = ours.filter((row) => /^(count: |breaker: count )/.test(row.case));
  const pages = ours.filter((row) => FAMILY_NAMES.includes(row.case) || /^(breaker: page |oldest: )/.test(row.case));
  const [searches, plain] = [pages.filter(isSearch), pages.filter((row) => !isSearch(row))];
  const find = (name: string) => ours.find((row) => row.case === name);
  const most = (from: readonly Row[], value: (row: Row) => number | null) => {
    const values = from.flatMap((row) => value(row) ?? []);
    return values.length === 0 ? null : Math.max(...values);
  };
  const slowest = (row: Row) => row.p99_ms ?? row.p95_ms ?? row.p50_ms;
  return [
    atMost(
      'any combination of filters: buffers',
      BUFFERS,
      'buffers',
      most(pages, (row) => row.buffers),
    ),
    atMost('any combination without search: p99', LIMITS.page, 'ms', most(plain, slowest)),
    atMost('any combination with search: p99', LIMITS.search, 'ms', most(searches, slowest)),
    atMost(
      'exact count of any combination: p99',
      LIMITS.count,
      'ms',
      most(
        counts.filter((row) => !isSearch(row)),
        slowest,
      ),
    ),
    atMost(
      'exact count of any combination with search: p99',
      LIMITS.search,
      'ms',
      most(counts.filter(isSearch), slowest),
    ),
    atMost(
      'exact count of any combination: buffers',
      BUFFERS,
      'buffers',
      most(counts, (row) => row.buffers),
    ),
    atMost('bitmaps: an insert, with and without', 1.3, '×', factor(find('bitmap-writes: insert a customer')?.note)),
    atMost('bitmaps: an update, with and without', 1.3, '×', factor(find('bitmap-writes: update a facet')?.note)),
    atMost('bitmaps: share of the table, attributes apart', 25, '%', share(find('bitmap size: all')?.note)),
    atMost('tail under 1,000 writes a second', 5_000, 'entries', length(find('tail: length')?.note)),
    atMost('reading the tail', 100, 'buffers', find('tail: reading it')?.buffers),
    atMost(
      'order by a rollup, beside the default order',
      1.2,
      '×',
      most(ours.filter(isFigureOrder), (row) => leading(row.note)),
    ),
  ];
}

const isSearch = (row: Row): boolean => /search/.test(`${row.case} ${row.note ?? ''}`);
const isFigureOrder = (row: Row): boolean => /^order: -?total_\w+(, page \d+)?$/.test(row.case);

function factor(note: string | null | undefined): number | null {
  return number(/with bitmaps ([\d.]+) ×/, note);
}

function share(note: string | null | undefined): number | null {
  return number(/without attributes ([\d.]+) %/, note);
}

function length(note: string | null | undefined): number | null {
  return number(/at most (\d+) entries/, note);
}

function leading(note: string | null): number | null {
  return number(/^([\d.]+) ×/, note);
}

function number(pattern: RegExp, note: string | null | undefined): number | null {
  const found = pattern.exec(note ?? '')?.[1];
  return found === undefined ? null : Number(found);
}
