import type { Result, Row } from './result.ts';

const HEADINGS = ['case', 'variant', 'size', 'stmts', 'trips', 'buffers', 'p50 ms', 'p95 ms', 'p99 ms', 'rps', 'MB'];

/** The rows as an aligned table, cases in the order they were measured. */
export function printTable({ machine, postgres, node, rows }: Result, coloured: boolean): string {
  const [head = '', ...lines] = align([HEADINGS, ...rows.map(cells)], 2);
  const body = lines.map((line, index) => paint(line, styleOf(rows[index]), coloured));
  return [`${machine}; ${postgres}; Node ${node}`, '', paint(head, '1', coloured), ...body].join('\n');
}

/** Lines of cells as texts in columns: so many of them texts, the others figures. */
export function align(lines: readonly (readonly string[])[], texts: number): readonly string[] {
  const columns = Math.max(...lines.map((line) => line.length));
  const widths = Array.from({ length: columns }, (_, column) =>
    Math.max(...lines.map((line) => line[column]?.length ?? 0)),
  );
  return lines.map((line) =>
    line
      .map((cell, column) => (column < texts ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0)))
      .join('  ')
      .trimEnd(),
  );
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
