import type { Row } from '../../result/result.ts';
import type { Measured } from './run.ts';
import { describeRatio } from './throughput.ts';

/** The few lines somebody reads first. */
export function conclude({ rows, ratios }: Measured): readonly string[] {
  return [
    ...[...ratios].map(
      ([size, paired]) => `altiplano / limit, ${size.toLocaleString('en')} customers: ${describeRatio(paired)}`,
    ),
    describeFlatness(rows),
    describeStatements(rows),
    'Most buffers:',
    ...worst(rows, 8).map((row) => `  ${row.buffers}  ${describeRow(row)}`),
    // Work on rows already read costs no buffers: time has to be looked at too.
    'Slowest:',
    ...slowest(rows, 5).map((row) => `  ${row.p50_ms} ms, ${row.buffers} buffers  ${describeRow(row)}`),
  ];
}

/** Ours, the most expensive first. */
export function worst(rows: readonly Row[], count: number): readonly Row[] {
  return rows
    .filter(({ variant, buffers }) => variant === 'altiplano' && buffers !== null)
    .sort((one, other) => (other.buffers ?? 0) - (one.buffers ?? 0))
    .slice(0, count);
}

function slowest(rows: readonly Row[], count: number): readonly Row[] {
  return rows
    .filter(({ variant, buffers, p50_ms }) => variant === 'altiplano' && buffers !== null && p50_ms !== null)
    .sort((one, other) => (other.p50_ms ?? 0) - (one.p50_ms ?? 0))
    .slice(0, count);
}

const describeRow = (row: Row): string => `${row.case} (${row.size.toLocaleString('en')}): ${row.note}`;

function describeFlatness(rows: readonly Row[]): string {
  const pages = rows.filter((row) => row.case === 'first page' && row.variant === 'altiplano' && row.buffers !== null);
  const buffers = pages.map((row) => row.buffers ?? 0);
  const ratio = Math.max(...buffers) / Math.min(...buffers);
  return `Buffers of the first page by size: ${buffers.join(', ')}; ratio ${ratio.toFixed(2)}, aim ≤ 1.20`;
}

function describeStatements(rows: readonly Row[]): string {
  const ours = rows.filter(({ variant, statements }) => variant === 'altiplano' && statements !== null);
  const more = ours.filter(({ statements, round_trips }) => statements !== 1 || round_trips !== 1);
  if (more.length === 0) return `One statement and one round trip in each of ${ours.length} measurements`;
  return `More than one statement or round trip: ${more.map((row) => `${row.case} (${row.size})`).join(', ')}`;
}
