export type Scale = (value: number) => number;

export function linear([from, to]: readonly [number, number], [start, end]: readonly [number, number]): Scale {
  const span = to - from;
  return (value) => (span === 0 ? start : start + ((value - from) / span) * (end - start));
}

/** Values below `from` are drawn at its place: no time is zero, and some are measured as it. */
export function logarithmic([from, to]: readonly [number, number], range: readonly [number, number]): Scale {
  const inner = linear([Math.log10(from), Math.log10(Math.max(to, from * 10))], range);
  return (value) => inner(Math.log10(Math.max(value, from)));
}

const STEPS = [1, 2, 5, 10] as const;

/** Round numbers from 0 up to the first one past `most`, about as many as asked for. */
export function ticks(most: number, wanted: number): readonly number[] {
  if (!(most > 0)) return [0];
  const rough = most / wanted;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = (STEPS.find((each) => each * power >= rough * 0.999) ?? 10) * power;
  const last = Math.ceil(most / step - 1e-9);
  // Made from whole numbers: 3 * 0.1 is not 0.3.
  return Array.from({ length: last + 1 }, (_, index) => Number((index * step).toPrecision(12)));
}

/** The path through the points, broken where a value is missing. */
export function linePath(values: readonly (number | null)[], x: Scale, y: Scale): string {
  let pen = 'M';
  return values
    .map((value, index) => {
      if (value === null) {
        pen = 'M';
        return '';
      }
      const point = `${pen}${x(index).toFixed(1)} ${y(value).toFixed(1)}`;
      pen = 'L';
      return point;
    })
    .join('');
}

export function quantile(sorted: readonly number[], share: number): number | null {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? null;
}
