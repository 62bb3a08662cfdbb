import { median } from './samples.ts';

export interface Paired {
  readonly one: number;
  readonly other: number;
  /** Median of one ÷ other over the pairs, and how far they spread. */
  readonly ratio: number;
  readonly least: number;
  readonly most: number;
}

/** Measures two ways in turns, so that what else the machine does hits both alike. */
export async function alternate(
  pairs: number,
  one: () => Promise<number>,
  other: () => Promise<number>,
): Promise<Paired> {
  const ones: number[] = [];
  const others: number[] = [];
  for (let pair = 0; pair < pairs; pair++) {
    ones.push(await one());
    others.push(await other());
  }
  const ratios = ones.map((value, index) => value / (others[index] ?? Number.NaN));
  return {
    one: median(ones),
    other: median(others),
    ratio: median(ratios),
    least: Math.min(...ratios),
    most: Math.max(...ratios),
  };
}
