import { drawBars } from '../../plot/bars.ts';
import type { Result, Row } from '../../result/result.ts';
import type { Volume } from './volume.ts';

const PAGES = ['first page', 'page 100', 'last page', 'busy page'];

/** Bars on a logarithmic axis: what differs by factors of a thousand side by side. */
export function plotsOf(result: Result): Readonly<Record<string, string>> {
  const { scenario, machine, postgres, rows } = result;
  const { customers, calls } = result.volume as unknown as Volume;
  const where = `${customers.toLocaleString('en')} customers, ${calls.toLocaleString('en')} calls. ${machine}; ${postgres}`;
  const big = rows.filter((row) => row.size === customers);
  const drawn = {
    latency: drawBars({
      title: 'Callbot at scale: median time of a page, one connection, by who answers (ms)',
      subtitle: where,
      bars: PAGES.flatMap((page) => bars(asked(big, page), ({ p50_ms }) => p50_ms)),
      budget: 10,
    }),
    throughput: drawBars({
      title: 'Callbot at scale: answers a second, by who answers',
      subtitle: where,
      bars: PAGES.flatMap((page) => bars(rated(big, page), ({ rps }) => rps)),
      budget: 1_000,
    }),
    buffers: drawBars({
      title: 'Callbot at scale: the most expensive requests of the big workspace, in buffers',
      subtitle: where,
      bars: bars(mostBuffers(big), ({ buffers }) => buffers),
      budget: 600,
    }),
  };
  return Object.fromEntries(Object.entries(drawn).map(([name, svg]) => [`${scenario}-${name}.svg`, svg]));
}

/** Altiplano's own row, the naive twin's, and the cure's and the peers' of the same page. */
function asked(rows: readonly Row[], page: string): readonly Row[] {
  return rows.filter(
    (row) =>
      row.p50_ms !== null && (row.case === page || (row.case === `peer: ${page}` && row.variant !== 'altiplano')),
  );
}

function rated(rows: readonly Row[], page: string): readonly Row[] {
  return rows.filter(
    (row) =>
      row.rps !== null &&
      (row.case === `throughput: ${page}` || (row.case === `peer: ${page}` && row.variant !== 'altiplano')),
  );
}

function mostBuffers(rows: readonly Row[]): readonly Row[] {
  return rows
    .filter(({ variant, buffers }) => variant === 'altiplano' && buffers !== null)
    .sort((one, other) => (other.buffers ?? 0) - (one.buffers ?? 0))
    .slice(0, 24);
}

function bars(rows: readonly Row[], value: (row: Row) => number | null) {
  return rows.flatMap((row) => {
    const figure = value(row);
    const name = `${row.case.replace(/^(peer|throughput): /, '')}, ${row.variant}`;
    return figure === null || figure <= 0 ? [] : [{ name, value: figure }];
  });
}
