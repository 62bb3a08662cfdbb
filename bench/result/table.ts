import type { Result, Row } from './result.ts';

const HEADINGS = ['case', 'variant', 'size', 'stmts', 'trips', 'buffers', 'p50 ms', 'p95 ms', 'p99 ms', 'rps', 'MB'];

/** The rows as an aligned table, cases in the order they were measured. */
export function printTable({ machine, postgres, node, rows }: Result, coloured: boolean): string {
  const lines = rows.map(cells);
  const widths = HEADINGS.map((heading, column) =>
    Math.max(heading.length, ...lines.map((line) => line[column]?.length ?? 0)),
  );
  const align = (line: readonly string[]) =>
    line
      .map((cell, column) => (column < 2 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0)))
      .join('  ');
  const body = lines.map((line, index) => paint(align(line), styleOf(rows[index]), coloured));
  return [`${machine}; ${postgres}; Node ${node}`, '', paint(align(HEADINGS), '1', coloured), ...body].join('\n');
}

function cells(row: Row): readonly string[] {
  const times = [row.p50_ms, row.p95_ms, row.p99_ms].map((value) => figure(value, 2));
  const counts = [row.statements, row.round_trips, row.buffers].map((value) => figure(value, 0));
  const rest = [figure(row.rps, 0), figure(row.peak_rss_mb, 0)];
  return [row.case, row.variant, row.size.toLocaleString('en'), ...counts, ...times, ...rest];
}

export function figure(value: number | null, digits: number): string {
  if (value === null) return '–';
  return value.toLocaleString('en', { minimumFractionDigits: digits, maximumFractionDigits: digits });
}

/** Ours stands out, the others step back. */
function styleOf(row: Row | undefined): string | null {
  return row?.variant === 'altiplano' ? null : '2';
}

function paint(text: string, style: string | null, coloured: boolean): string {
  return coloured && style !== null ? `\u001b[${style}m${text}\u001b[0m` : text;
}
