import type { Result, Row } from '../../result/result.ts';
import { figure } from '../../result/table.ts';
import { familyLines, HEADINGS } from './before.ts';
import { targetsOf } from './targets.ts';
import type { Volume } from './volume.ts';

const PLOTS = [
  ['latency', 'Median time of a page, by who answers'],
  ['throughput', 'Answers a second, by who answers'],
  ['buffers', 'The most expensive requests, in buffers'],
] as const;

const GROUPS = [
  ['Pages under load', /^\d+ connections?: /],
  ['Throughput beside the bare statement', /^throughput: /],
  ['The described cure and the peers', /^peer: /],
  ['A search that tries to break the bound: the ten worst pages and counts', /^breaker: /],
  ['What bitmaps add to a write', /^bitmap-writes: /],
  ['The tail under 1,000 writes a second', /^tail: /],
  ['What bitmaps take', /^bitmap size: /],
  ['Other orders', /^order: /],
  ['Writes', /^(write|mixed|inserts): /],
  ['Cold start and memory', /^(cold|heap): /],
  ['Load and sizes', /^(load|size|cure): /],
] as const;

/** The scenario's page of docs/benchmarks.md. */
export function sectionOf(result: Result, conclusions: readonly string[]): string {
  const { scenario, machine, postgres, node, commit, at, rows } = result;
  const { customers } = result.volume as unknown as Volume;
  const grouped = GROUPS.map(([title, pattern]) => [title, rows.filter((row) => pattern.test(row.case))] as const);
  const others = rows.filter((row) => !GROUPS.some(([, pattern]) => pattern.test(row.case)));
  return [
    `## ${scenario}`,
    `${machine}; ${postgres}; Node ${node}; commit ${commit ?? 'unknown'}; ${at.slice(0, 10)}. Volume: \`${JSON.stringify(result.volume)}\`.`,
    ['```text', ...conclusions, '```'].join('\n'),
    '### Targets',
    targetTable(rows, customers),
    '### Every filter family, page and exact count, before bitmaps and with them',
    table(HEADINGS, familyLines(rows, customers)),
    ...PLOTS.map(([name, title]) => `![${title}](../bench/results/${scenario}-${name}.svg)`),
    ...grouped.flatMap(([title, found]) => (found.length === 0 ? [] : [`### ${title}`, rowTable(found)])),
    '### Every other case',
    rowTable(others),
  ].join('\n\n');
}

function targetTable(rows: readonly Row[], size: number): string {
  return table(
    ['target', 'aim', 'measured', ''],
    targetsOf(rows, size).map(({ name, aim, measured, unit, note }) => [
      name,
      aim,
      measured === null ? '–' : `${Number(measured.toPrecision(3))} ${unit}`,
      note,
    ]),
  );
}

function rowTable(rows: readonly Row[]): string {
  const headings = [
    'case',
    'customers',
    'variant',
    'stmts',
    'trips',
    'buffers',
    'p50 ms',
    'p95 ms',
    'p99 ms',
    '1/s',
    'MB',
    'note',
  ];
  return table(
    headings,
    rows.map((row) => [
      row.case,
      row.size.toLocaleString('en'),
      row.variant,
      ...[row.statements, row.round_trips, row.buffers].map((value) => figure(value, 0)),
      ...[row.p50_ms, row.p95_ms, row.p99_ms].map((value) => figure(value, 2)),
      ...[row.rps, row.peak_rss_mb].map((value) => figure(value, 0)),
      row.note ?? '',
    ]),
  );
}

function table(headings: readonly string[], lines: readonly (readonly string[])[]): string {
  const cells = (texts: readonly string[]) => `| ${texts.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [cells(headings), cells(headings.map(() => '---')), ...lines.map(cells)].join('\n');
}
