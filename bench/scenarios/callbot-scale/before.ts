import { readFileSync } from 'node:fs';
import type { Result, Row } from '../../result/result.ts';
import { figure } from '../../result/table.ts';
import { FAMILY_NAMES } from './sections/families.ts';

/** What branches, postings and the search index cost, measured before there were bitmaps; a constant. */
const BEFORE = new URL('../../results/before-bitmaps.json', import.meta.url);

export const HEADINGS = [
  ...['filter', 'page: buffers before', 'after', 'p50 ms before', 'after', 'p99 ms after'],
  ...['exact count: buffers before', 'after', 'p50 ms before', 'after', 'p99 ms after'],
] as const;

/** One line for each filter family, page and count, before and after; what was not measured is a dash. */
export function familyLines(rows: readonly Row[], size: number): readonly (readonly string[])[] {
  const before: Result = JSON.parse(readFileSync(BEFORE, 'utf8'));
  const find = (from: readonly Row[], name: string) =>
    from.find((row) => row.case === name && row.variant === 'altiplano' && row.size === size) ?? null;
  return FAMILY_NAMES.flatMap((name) => {
    const page = pageName(name);
    const [now, then] = [find(rows, page), find(before.rows, page)];
    const [counted, countedThen] = [find(rows, `count: ${name}`), find(before.rows, countName(name))];
    if (now === null && counted === null) return [];
    return [[name, ...cells(then, now), ...cells(countedThen, counted)]];
  });
}

const pageName = (family: string): string => (family === 'no filter' ? 'first page' : family);

/** Three counts were measured then, under names of their own. */
function countName(family: string): string {
  return family === 'no filter' ? 'count=exact' : `count=exact, ${family}`;
}

function cells(then: Row | null, now: Row | null): readonly string[] {
  return [
    ...[then?.buffers, now?.buffers].map((value) => figure(value ?? null, 0)),
    ...[then?.p50_ms, now?.p50_ms, now?.p99_ms].map((value) => figure(value ?? null, 2)),
  ];
}
