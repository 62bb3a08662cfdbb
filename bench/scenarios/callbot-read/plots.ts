import { drawBars } from '../../plot/bars.ts';
import { drawLines, type Series } from '../../plot/line-panels.ts';
import type { Result, Row } from '../../result/result.ts';
import { worst } from './conclusions.ts';

/** Buffers of a page that one index answers, and of any combination of filters. */
export const PAGE_BUDGET = 300;
export const ANY_BUDGET = 600;

const TIMED = ['first page', 'page 100', 'three facets', 'label', 'attribute, rare', 'range + facet + label'];
const PAGES = ['first page', 'page 100', 'last page', 'three facets', 'label'];
const COMBINED = ['attribute, rare', 'rare facet + label', 'attribute + search', 'range + facet + label', 'five terms'];

export function plotsOf(result: Result): Readonly<Record<string, string>> {
  const { scenario, machine, postgres } = result;
  const where = `${machine}; ${postgres}`;
  return {
    [`${scenario}-latency.svg`]: drawLines({
      title: 'Callbot reads: median time of an answer by size of the workspace',
      subtitle: `One connection; limit: the statement without HTTP. ${where}`,
      x: 'customers of the workspace',
      y: 'ms',
      panels: TIMED.map((title) => ({ title, series: byVariant(result.rows, title) })),
    }),
    [`${scenario}-buffers.svg`]: drawLines({
      title: 'Callbot reads: buffers touched by a page of 25, by size of the workspace',
      subtitle: `Warm, row security on. ${where}`,
      x: 'customers of the workspace',
      y: 'buffers',
      panels: [
        { title: 'Pages, facets and labels', series: byCase(result.rows, PAGES), budget: PAGE_BUDGET },
        { title: 'Other filters', series: byCase(result.rows, COMBINED), budget: ANY_BUDGET },
      ],
    }),
    [`${scenario}-worst.svg`]: drawBars({
      title: 'Callbot reads: the most expensive requests',
      subtitle: `Buffers, of all cases and sizes. ${where}`,
      bars: worst(result.rows, 24).map((row) => ({
        name: `${row.case} (${row.size.toLocaleString('en')})`,
        value: row.buffers ?? 0,
      })),
      budget: ANY_BUDGET,
    }),
  };
}

function byVariant(rows: readonly Row[], name: string): readonly Series[] {
  return ['altiplano', 'limit', 'naive'].flatMap((variant) =>
    series(
      variant,
      rows.filter((row) => row.case === name && row.variant === variant),
      ({ p50_ms }) => p50_ms,
    ),
  );
}

function byCase(rows: readonly Row[], names: readonly string[]): readonly Series[] {
  return names.flatMap((name) =>
    series(
      name,
      rows.filter((row) => row.case === name && row.variant === 'altiplano'),
      ({ buffers }) => buffers,
    ),
  );
}

/** A curve; none where nothing was measured. */
function series(name: string, rows: readonly Row[], value: (row: Row) => number | null): readonly Series[] {
  const points = rows.flatMap((row) => {
    const y = value(row);
    return y === null ? [] : [{ x: row.size, y }];
  });
  return points.length === 0 ? [] : [{ name, points }];
}
