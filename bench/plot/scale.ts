/** Positions on a logarithmic axis. */
export interface Scale {
  readonly ticks: readonly number[];
  at(value: number): number;
}

/** Whole powers of ten around the values, from `begin` to `end` on the drawing. */
export function logScale(values: readonly number[], begin: number, end: number): Scale {
  const low = Math.floor(Math.log10(Math.min(...values)));
  const high = Math.max(low + 1, Math.ceil(Math.log10(Math.max(...values))));
  const ticks = Array.from({ length: high - low + 1 }, (_, step) => 10 ** (low + step));
  return { ticks, at: (value) => begin + ((Math.log10(value) - low) / (high - low)) * (end - begin) };
}

export function tickText(value: number): string {
  if (value >= 1_000_000) return `${value / 1_000_000} M`;
  return value >= 1000 ? `${value / 1000} k` : String(value);
}
