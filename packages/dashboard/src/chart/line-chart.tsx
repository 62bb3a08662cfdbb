import type { JSX } from 'preact';
import { linear, linePath, ticks } from './scale.ts';

export interface Series {
  readonly name: string;
  /** Its colour and dashes (style/chart.css): lines differ without colours too. */
  readonly tone: 'first' | 'second' | 'third';
  readonly values: readonly (number | null)[];
}

interface LineChartProps {
  readonly title: string;
  readonly series: readonly Series[];
  /** Below the first, the middle and the last value. */
  readonly labels: readonly string[];
  readonly print: (value: number) => string;
}

const WIDTH = 560;
const HEIGHT = 190;
const LEFT = 58;
const RIGHT = 12;
const TOP = 10;
const BOTTOM = 24;

export function LineChart({ title, series, labels, print }: LineChartProps): JSX.Element {
  const known = series.flatMap(({ values }) => values).filter((value) => value !== null);
  const steps = ticks(Math.max(0, ...known), 4);
  const length = Math.max(1, ...series.map(({ values }) => values.length));
  const x = linear([0, Math.max(1, length - 1)], [LEFT, WIDTH - RIGHT]);
  const y = linear([0, steps.at(-1) || 1], [HEIGHT - BOTTOM, TOP]);
  const last = (values: readonly (number | null)[]) => values.findLast((value) => value !== null) ?? null;
  return (
    <figure class="chart">
      <figcaption>
        <span>{title}</span>
        {series.map(({ name, tone, values }) => (
          <span class={`legend ${tone}`} key={name}>
            {name} <b>{printOrNothing(last(values), print)}</b>
          </span>
        ))}
      </figcaption>
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={describe(title, series, print)}>
        {steps.map((step) => (
          <g key={step}>
            <line class="rule" x1={LEFT} x2={WIDTH - RIGHT} y1={y(step)} y2={y(step)} />
            <text class="tick" x={LEFT - 8} y={y(step) + 4} text-anchor="end">
              {print(step)}
            </text>
          </g>
        ))}
        <TimeLabels labels={labels} />
        {series.map(({ name, tone, values }) => (
          <g class={`line ${tone}`} key={name}>
            <path d={linePath(values, x, y)} />
            {values.map((value, index) =>
              // A value between two missing ones has no line.
              value !== null && (values[index - 1] ?? null) === null && (values[index + 1] ?? null) === null ? (
                <circle cx={x(index)} cy={y(value)} r={2.5} key={x(index)} />
              ) : null,
            )}
          </g>
        ))}
      </svg>
    </figure>
  );
}

function TimeLabels({ labels }: { readonly labels: readonly string[] }): JSX.Element {
  const x = linear([0, Math.max(1, labels.length - 1)], [LEFT, WIDTH - RIGHT]);
  const anchor = (index: number) => (index === 0 ? 'start' : index === labels.length - 1 ? 'end' : 'middle');
  return (
    <g>
      {labels.map((label, index) => (
        <text class="tick" x={x(index)} y={HEIGHT - 6} text-anchor={anchor(index)} key={x(index)}>
          {label}
        </text>
      ))}
    </g>
  );
}

const printOrNothing = (value: number | null, print: (value: number) => string): string =>
  value === null ? '–' : print(value);

function describe(title: string, series: readonly Series[], print: (value: number) => string): string {
  const each = series.map(({ name, values }) => {
    const known = values.filter((value) => value !== null);
    return known.length === 0
      ? `${name}: nothing`
      : `${name}: from ${print(Math.min(...known))} to ${print(Math.max(...known))}`;
  });
  return `${title}. ${each.join('; ')}`;
}
