const WHOLE = new Intl.NumberFormat('en');

export function count(value: number): string {
  return WHOLE.format(Math.round(value));
}

/** Three figures at most: `0.04`, `1.2`, `34`, `1,240`. */
export function figure(value: number): string {
  if (!Number.isFinite(value)) return '–';
  const size = Math.abs(value);
  if (size >= 10) return count(value);
  return value.toFixed(size >= 1 ? 1 : 2);
}

export interface Measure {
  readonly value: string;
  readonly unit: string;
}

/** Digits and unit apart, so that a column can align both. */
export function duration(milliseconds: number): Measure {
  const size = Math.abs(milliseconds);
  if (!Number.isFinite(milliseconds)) return { value: '–', unit: '' };
  if (size === 0) return { value: '0', unit: 'ms' };
  if (size >= 59_950) return { value: (milliseconds / 60_000).toFixed(1), unit: 'min' };
  if (size >= 999.5) return { value: (milliseconds / 1000).toFixed(size >= 9_995 ? 1 : 2), unit: 's' };
  if (size >= 0.995) return { value: milliseconds.toFixed(size >= 99.95 ? 0 : 1), unit: 'ms' };
  return { value: (milliseconds * 1000).toFixed(0), unit: 'µs' };
}

const SIZES = ['B', 'kB', 'MB', 'GB', 'TB'] as const;

export function bytes(size: number): Measure {
  let left = size;
  for (const unit of SIZES) {
    if (left < 1000 || unit === 'TB') return { value: unit === 'B' ? count(left) : figure(left), unit };
    left /= 1000;
  }
  return { value: figure(left), unit: 'TB' };
}

/** What is not all of it is never said to be: 99.97 % is 99.9 %. */
export function percent(share: number): string {
  if (share >= 0.995 && share < 1) return `${(Math.floor(share * 1000) / 10).toFixed(1)} %`;
  return `${(share * 100).toFixed(share > 0 && share < 0.0995 ? 1 : 0)} %`;
}

export const print = ({ value, unit }: Measure): string => (unit === '' ? value : `${value} ${unit}`);
