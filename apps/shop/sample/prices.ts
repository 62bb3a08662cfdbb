import { mix } from 'altiplano/sample';

/** In cents: mostly modest, some of them alike, one in a thousand for nothing. */
export function priceOf(seed: number, product: number): number {
  const drawn = mix(mix(seed ^ 0x51ab) + product);
  if (drawn % 1_000 === 0) return 0;
  const cents = 199 + (drawn % 20_000);
  return drawn % 3 === 0 ? Math.ceil(cents / 500) * 500 : cents;
}

export const moneyText = (cents: number): string =>
  `${Math.floor(cents / 100)}.${String(cents % 100).padStart(2, '0')}`;
