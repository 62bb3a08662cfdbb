import { median, percentiles, round } from '../../measure/samples.ts';
import { makeRow, type Result, type Row } from '../../result/result.ts';
import { align, figure } from '../../result/table.ts';
import type { Ratio, StepFigures, Subject } from './ladder.ts';

/** Of the p99 of callbot's page; the issue's. */
const TARGETS: Readonly<Record<string, number>> = { counts: 1.02, timings: 1.1 };

export function rowsOf({ name, statements }: Subject, steps: readonly StepFigures[]): readonly Row[] {
  const base = steps[0];
  return steps.map(({ step, samples, p50, p99, processor }) => {
    const more = median(samples) - median(base?.samples ?? []);
    const notes = [
      `p50 × ${print(p50)}; p99 × ${print(p99)}`,
      `${(more * 1_000).toFixed(0)} µs a request by p50, ${((more * 1_000) / statements).toFixed(1)} µs a statement`,
      ...(processor === null ? [] : [`${processor.toFixed(3)} ms of processor an answer`]),
    ];
    const times = percentiles(samples);
    return makeRow({ case: name, variant: step, size: 0, statements, ...times, note: notes.join('; ') });
  });
}

function print({ whole, least, most }: Ratio): string {
  return `${whole.toFixed(3)} (${least.toFixed(2)} to ${most.toFixed(2)})`;
}

export function conclude(rows: readonly Row[]): readonly string[] {
  const lines = [['case', 'step', 'p50 ms', 'p99 ms', 'against off']];
  for (const row of rows)
    lines.push([row.case, row.variant, figure(row.p50_ms, 3), figure(row.p99_ms, 3), row.note ?? '']);
  return [...align(lines, 2), ...targets(rows)];
}

function targets(rows: readonly Row[]): readonly string[] {
  return Object.entries(TARGETS).map(([step, most]) => {
    const row = rows.find(({ case: name, variant }) => name.startsWith('callbot') && variant === step);
    const [ratio, least, largest] = (/p99 × ([\d.]+) \(([\d.]+) to ([\d.]+)\)/.exec(row?.note ?? '') ?? [])
      .slice(1)
      .map(Number);
    if (ratio === undefined || least === undefined || largest === undefined)
      return `p99 of callbot's page at ${step}: not measured`;
    // A median within the aim says little where the rounds themselves lie on both sides of it.
    const doubt =
      ratio <= most && largest > most ? `, but rounds lay between × ${round(least)} and × ${round(largest)}` : '';
    return `p99 of callbot's page at ${step}: × ${round(ratio)}, aim ≤ ${most}: ${ratio <= most ? 'kept' : 'missed'}${doubt}`;
  });
}

export function sectionOf(result: Result, conclusions: readonly string[]): string {
  const { scenario, machine, postgres, node, commit, at, volume } = result;
  return [
    `## ${scenario}`,
    `${machine}; ${postgres}; Node ${node}; commit ${commit ?? 'unknown'}; ${at.slice(0, 10)}. Volume: \`${JSON.stringify(volume)}\`.`,
    [
      'One server a step, each a process of its own with `--import altiplano/profile/register`, `off` without; all are up at once and asked in turns,',
      'one request each, one after the other. A ratio compares all answers of a step with all of `off`; in parentheses, how far single rounds spread.',
    ].join(' '),
    ['```text', ...conclusions, '```'].join('\n'),
  ].join('\n\n');
}
