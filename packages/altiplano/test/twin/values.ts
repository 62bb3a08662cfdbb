import { MalformedValue } from './refusal.ts';

const canonicalUuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const decimalNumber = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;
const mostListValues = 100;
const largestPage = 100;

export function isUuid(value: string): boolean {
  return canonicalUuid.test(value);
}

export function readUuid(value: string): string {
  if (!isUuid(value)) throw new MalformedValue('not a uuid');
  return value;
}

export function readBoolean(value: string): boolean {
  if (value !== 'true' && value !== 'false') throw new MalformedValue('not true or false');
  return value === 'true';
}

export function readNumber(value: string): number {
  // A float8 and a JavaScript number are the same IEEE double, so reading the filter's operand here loses nothing.
  const number = decimalNumber.test(value) ? Number(value) : Number.NaN;
  if (!Number.isFinite(number)) throw new MalformedValue('not a finite number');
  return number;
}

export function refuseNul(value: string): string {
  if (value.includes('\0')) throw new MalformedValue('contains NUL');
  return value;
}

/** The items of `a,b,c`; undefined for the empty value, which is no filter, while `,` is a list of nothing. */
export function readList(value: string): string[] | undefined {
  if (value === '') return undefined;
  const items = refuseNul(value)
    .split(',')
    .filter((item) => item !== '');
  if (items.length > mostListValues) throw new MalformedValue('more than 100 values');
  return items;
}

export function readUuidList(value: string): string[] | undefined {
  return readList(value)?.map(readUuid);
}

export function readPageSize(value: string): number {
  if (!/^\d+$/.test(value)) throw new MalformedValue('not a whole number');
  const size = Number(value);
  if (size === 0) throw new MalformedValue('zero');
  return Math.min(size, largestPage);
}

export function readOffset(value: string): number {
  if (!/^\d+$/.test(value)) throw new MalformedValue('not a whole number');
  return Math.min(Number(value), Number.MAX_SAFE_INTEGER);
}

/** The wanted text, undefined for none. Length counts code points, as PostgreSQL counts characters. */
export function readSearch(value: string): string | undefined {
  if (value === '') return undefined;
  if ([...refuseNul(value)].length < 3) throw new MalformedValue('shorter than 3 characters');
  return value;
}

/** `key=value`, split at the first `=`. */
export function readAttribute(value: string): { key: string; text: string } {
  const split = refuseNul(value).indexOf('=');
  if (split < 1) throw new MalformedValue('not key=value');
  return { key: value.slice(0, split), text: value.slice(split + 1) };
}
