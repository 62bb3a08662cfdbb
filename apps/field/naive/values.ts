import { type Condition, compared, MalformedValue, oneOf, readInstant, readList, refuseNul } from 'altiplano/twin';

const greatest = 2n ** 63n - 1n;

/** A bigint key as its text, null for anything that is none. */
export function readKey(value: string): string | null {
  if (!/^-?\d{1,30}$/.test(value)) return null;
  const key = BigInt(value);
  return key > greatest || key < -greatest - 1n ? null : key.toString();
}

export const keyFilter = (column: string) => (value: string) => {
  const key = readKey(value);
  if (key === null) throw new MalformedValue('not a key');
  return compared(column, '=', key, 'bigint');
};

export const listFilter = (column: string) => (value: string) => {
  const values = readList(value);
  return values && oneOf(column, values);
};

export const textFilter = (column: string) => (value: string) => {
  if (value === '') throw new MalformedValue('no text');
  return compared(column, '=', refuseNul(value), 'text');
};

export const timeFilters = (column: string): Record<string, (value: string) => Condition> => ({
  [`${column}__gte`]: (value) => compared(column, '>=', readInstant(value), 'timestamptz'),
  [`${column}__lt`]: (value) => compared(column, '<', readInstant(value), 'timestamptz'),
});
