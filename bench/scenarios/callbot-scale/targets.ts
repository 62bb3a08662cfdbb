import type { Row } from '../../result/result.ts';
import { bitmapTargets } from './bitmap-targets.ts';
import { WRITE_CASES } from './sections/write-cases.ts';
import { atLeast, atMost, type Target } from './target.ts';

const PAGES = ['first page', 'page 100', 'last page', 'busy page'];

export function targetsOf(rows: readonly Row[], size: number): readonly Target[] {
  const find = (name: string, variant = 'altiplano', of = size) =>
    rows.find((row) => row.case === name && row.variant === variant && row.size === of);
  const small = rows.find((row) => row.case === 'first page' && row.variant === 'altiplano' && row.size < size)?.size;
  const rate = (name: string, variant?: string) => find(`throughput: ${name}`, variant)?.rps ?? null;
  const pgbench = (name: string) =>
    rows.find((row) => row.case === `throughput: ${name}` && row.variant.startsWith('pgbench') && row.size === size)
      ?.rps ?? null;
  const peer = rows.find((row) => row.case === 'peer: first page' && row.variant.startsWith('PostGraphile'));
  const inserts = rows.filter((row) => row.case.startsWith('inserts: ') && row.variant === 'without rollups');
  const peaks = rows.filter(
    (row) => /^(\d+ connections?|mixed): |^throughput: /.test(row.case) && row.variant === 'altiplano',
  );
  const heaps = rows.filter((row) => row.case === 'heap: first page');
  return [
    ...PAGES.map((name) => atMost(`${name}: p99, 4 connections`, 10, 'ms', find(`4 connections: ${name}`)?.p99_ms)),
    ...PAGES.map((name) => atMost(`${name}: buffers`, 300, 'buffers', find(name)?.buffers)),
    ...PAGES.map((name) => {
      const few = small === undefined ? null : find(name, 'altiplano', small)?.buffers;
      return atMost(`${name}: buffers, ratio to the small workspace`, 1.2, '×', quotient(find(name)?.buffers, few));
    }),
    ...PAGES.map((name) => {
      const few = small === undefined ? null : find(`4 connections: ${name}`, 'altiplano', small)?.p50_ms;
      return atMost(
        `${name}: median time, ratio to the small workspace`,
        1.2,
        '×',
        quotient(find(`4 connections: ${name}`)?.p50_ms, few),
      );
    }),
    ...PAGES.map((name) =>
      atLeast(`${name}: share of a bare Node client`, 0.85, '×', quotient(rate(name), rate(name, 'limit'))),
    ),
    ...PAGES.map((name) => atLeast(`${name}: share of pgbench`, 0.65, '×', quotient(rate(name), pgbench(name)))),
    atLeast('first page: PostGraphile', 3, '×', quotient(find('peer: first page', 'altiplano')?.rps, peer?.rps)),
    ...WRITE_CASES.flatMap(({ name, target }) =>
      target === null ? [] : [atMost(`write: ${name}, p95`, target, 'ms', find(`write: ${name}`)?.p95_ms)],
    ),
    ...inserts.map((row) =>
      atLeast(`${row.case}: share of the rate without rollups`, 0.5, '×', quotient(find(row.case)?.rps, row.rps)),
    ),
    ...(inserts.length === 0 ? [atLeast('inserts: share of the rate without rollups', 0.5, '×', null)] : []),
    ...bitmapTargets(rows, size),
    atMost('all indexes at 70 M customers and 1 B calls', 60, 'GB', gigabytes(find(PRODUCTION)?.note)),
    atMost('rollups: differences from a recount', 0, '', differences(find('rollups: verify')?.note)),
    atMost('memory of the node process under load', 150, 'MB', greatest(peaks)),
    atMost('heap growth of a default page', 2, 'MB', greatest(heaps)),
  ];
}

const PRODUCTION = 'size: all indexes at 70 M customers and 1 B calls';

function gigabytes(note: string | null | undefined): number | null {
  const found = /^([\d.]+) GB/.exec(note ?? '')?.[1];
  return found === undefined ? null : Number(found);
}

function differences(note: string | null | undefined): number | null {
  const found = [...(note ?? '').matchAll(/(\d+) differences/g)];
  return found.length === 0 ? null : found.reduce((sum, [, count]) => sum + Number(count), 0);
}

function greatest(rows: readonly Row[]): number | null {
  const values = rows.flatMap(({ peak_rss_mb }) => peak_rss_mb ?? []);
  return values.length === 0 ? null : Math.max(...values);
}

function quotient(one: number | null | undefined, other: number | null | undefined): number | null {
  return one == null || other == null || other === 0 ? null : one / other;
}
