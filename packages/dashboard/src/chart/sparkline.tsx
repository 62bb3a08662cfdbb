import type { JSX } from 'preact';
import type { RequestLine } from '../api/types.ts';
import { duration, print } from '../format/number.ts';
import { logarithmic, quantile } from './scale.ts';

const BARS = 240;
const WIDTH = 480;
const HEIGHT = 44;

/** Times of the newest requests, one bar each, newest at the right; high on a scale of tens, as one slow one would flatten all others. */
export function Sparkline({ lines }: { readonly lines: readonly RequestLine[] }): JSX.Element {
  const shown = lines.slice(0, BARS).reverse();
  const times = shown.map(({ total }) => total).sort((a, b) => a - b);
  const y = logarithmic([0.1, Math.max(times.at(-1) ?? 1, 10)], [HEIGHT - 3, 2]);
  const step = WIDTH / BARS;
  const bars = (wanted: (line: RequestLine) => boolean): string =>
    shown
      .map((line, index) =>
        wanted(line)
          ? `M${((BARS - shown.length + index + 0.5) * step).toFixed(1)} ${HEIGHT}V${y(line.total).toFixed(1)}`
          : '',
      )
      .join('');
  const failed = ({ status }: RequestLine) => status === null || status >= 500;
  const judged = (line: RequestLine) => !failed(line) && line.verdicts.length > 0;
  return (
    <svg
      class="sparkline"
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      preserveAspectRatio="none"
      role="img"
      aria-label={describe(times)}
    >
      <path class="bar-fine" d={bars((line) => !failed(line) && !judged(line))} />
      <path class="bar-judged" d={bars(judged)} />
      <path class="bar-failed" d={bars(failed)} />
    </svg>
  );
}

function describe(times: readonly number[]): string {
  const [median, slowest] = [quantile(times, 0.5), times.at(-1)];
  if (median === null || slowest === undefined) return 'No requests yet';
  return `Times of the newest ${times.length} requests: half of them within ${print(duration(median))}, the slowest ${print(duration(slowest))}`;
}
