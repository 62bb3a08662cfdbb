import type { Result, Row } from '../../result/result.ts';
import { figure } from '../../result/table.ts';

const PLOTS = [
  ['latency', 'Median time of an answer by size of the workspace'],
  ['buffers', 'Buffers touched by a page, by size of the workspace'],
  ['worst', 'The most expensive requests, in buffers'],
] as const;

/** The scenario's page of docs/benchmarks.md. */
export function sectionOf(result: Result, conclusions: readonly string[]): string {
  const { scenario, machine, postgres, node, commit, at, rows } = result;
  const volume = JSON.stringify(result.volume);
  return [
    `## ${scenario}`,
    `${machine}; ${postgres}; Node ${node}; commit ${commit ?? 'unknown'}; ${at.slice(0, 10)}. Volume: \`${volume}\`.`,
    [
      '`altiplano` answers over HTTP, `limit` is its statement without HTTP, `naive` the naive twin within the process',
      'that asks. Times of one connection; a percentile that too few repetitions know is left out.',
    ].join('\n'),
    ['```text', ...conclusions, '```'].join('\n'),
    ...PLOTS.map(([name, title]) => `![${title}](../bench/results/${scenario}-${name}.svg)`),
    '### Throughput, network and cold start',
    table(rows.filter(isApart), ['case', 'variant', 'size', 'p50', 'p95', 'p99', 'rps', 'rss', 'note']),
    '### Every case',
    table(
      rows.filter((row) => !isApart(row)),
      ['case', 'size', 'variant', 'statements', 'trips', 'buffers', 'p50', 'p95', 'p99', 'rps'],
    ),
  ].join('\n\n');
}

const isApart = (row: Row): boolean => /^(throughput|\+1 ms network|cold): /.test(row.case);

const COLUMNS = {
  case: { title: 'case', cell: (row: Row) => row.case },
  variant: { title: 'variant', cell: (row: Row) => row.variant },
  size: { title: 'customers', cell: (row: Row) => row.size.toLocaleString('en') },
  statements: { title: 'statements', cell: (row: Row) => figure(row.statements, 0) },
  trips: { title: 'round trips', cell: (row: Row) => figure(row.round_trips, 0) },
  buffers: { title: 'buffers', cell: (row: Row) => figure(row.buffers, 0) },
  p50: { title: 'p50 ms', cell: (row: Row) => figure(row.p50_ms, 2) },
  p95: { title: 'p95 ms', cell: (row: Row) => figure(row.p95_ms, 2) },
  p99: { title: 'p99 ms', cell: (row: Row) => figure(row.p99_ms, 2) },
  rps: { title: 'answers/s', cell: (row: Row) => figure(row.rps, 0) },
  rss: { title: 'peak MB', cell: (row: Row) => figure(row.peak_rss_mb, 0) },
  note: { title: 'note', cell: (row: Row) => row.note ?? '' },
} as const;

function table(rows: readonly Row[], columns: readonly (keyof typeof COLUMNS)[]): string {
  const chosen = columns.map((column) => COLUMNS[column]);
  const cells = (texts: readonly string[]) => `| ${texts.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [
    cells(chosen.map(({ title }) => title)),
    cells(chosen.map(() => '---')),
    ...rows.map((row) => cells(chosen.map(({ cell }) => cell(row)))),
  ].join('\n');
}
