import type { Digits, ValueType } from '../resource/filter.ts';
import type { KeyType } from '../resource/resource.ts';

/** A value read, or what would have been right. */
export type Reading<T> = { readonly value: T } | { readonly message: string };

export const isMessage = <T>(reading: Reading<T>): reading is { readonly message: string } => 'message' in reading;

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

export function readUuid(text: string): Reading<string> {
  return UUID.test(text)
    ? { value: text.toLowerCase() }
    : { message: 'Must be a uuid such as 123e4567-e89b-12d3-a456-426614174000.' };
}

/** The nil uuid: a lookup runs all the same, so that a malformed id takes as long as an unknown one. */
export const NOBODY = '00000000-0000-0000-0000-000000000000';

/** What no row has for its key. */
export const NO_KEY: Readonly<Record<KeyType, string>> = { uuid: NOBODY, bigint: '-9223372036854775808' };

/** A key as it stands in a path: a malformed one is one that is not there. */
export function readPathKey(type: KeyType, text: string): string {
  const reading = READERS[type](text);
  return isMessage(reading) ? NO_KEY[type] : reading.value;
}

/** A key as a body has it: a uuid is a text, a number a number, of which JavaScript would lose the last digits. */
export function readKeyValue(type: KeyType, raw: string): Reading<string> {
  if (type === 'bigint') return readJsonWhole(raw);
  const value: unknown = JSON.parse(raw);
  return READERS.uuid(typeof value === 'string' ? value : '');
}

/** Decimal or exponent, finite as a double; normalised so that `5` and `5.0` are one value. */
export function readNumber(text: string): Reading<string> {
  const value = Number(text);
  if (!NUMBER.test(text) || !Number.isFinite(value)) return { message: 'Must be a number such as 60 or 1.5e3.' };
  return { value: String(value) };
}

export function readBoolean(text: string): Reading<string> {
  return text === 'true' || text === 'false' ? { value: text } : { message: 'Must be true or false.' };
}

const INSTANT =
  /^(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{1,6}))?)?(Z|[+-]\d{2}(?::?\d{2})?)?)?$/;
const INSTANT_MESSAGE =
  'Must be a time such as 2026-01-31 or 2026-01-31T12:30:00.000001Z; without an offset it is UTC.';

/** ISO 8601 with at most microseconds; the result carries its offset, so that no session setting can move it. */
export function readInstant(text: string): Reading<string> {
  const parts = INSTANT.exec(text);
  if (parts === null) return { message: INSTANT_MESSAGE };
  const [, year = '', month = '', day = '', hour = '00', minute = '00', second = '00', fraction = '', offset = 'Z'] =
    parts;
  const [, offsetHour = '0', offsetMinute = '0'] = /^[+-](\d{2}):?(\d{2})?$/.exec(offset) ?? [];
  const inRange =
    hour <= '23' && minute <= '59' && second <= '59' && Number(offsetHour) <= 15 && Number(offsetMinute) <= 59;
  if (!isDay(year, month, day) || !inRange) return { message: INSTANT_MESSAGE };
  return { value: `${year}-${month}-${day}T${hour}:${minute}:${second}.${fraction.padEnd(6, '0')}${offset}` };
}

/** A day of the calendar, from year 1 on: PostgreSQL has no year 0. */
function isDay(year: string, month: string, day: string): boolean {
  const date = new Date(Date.UTC(Number(year), Number(month) - 1, Number(day)));
  return year !== '0000' && date.getUTCMonth() + 1 === Number(month) && date.getUTCDate() === Number(day);
}

function readDate(text: string): Reading<string> {
  const [, year = '', month = '', day = ''] = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text) ?? [];
  return year !== '' && isDay(year, month, day) ? { value: text } : { message: 'Must be a day such as 2026-01-31.' };
}

/** A whole number of at least 1; more than `most` is taken as `most`. */
export function readPageSize(text: string, most: number): Reading<number> {
  if (!/^\d+$/.test(text) || Number(text) < 1) return { message: `Must be a whole number from 1 to ${most}.` };
  return { value: Math.min(Number(text), most) };
}

/** A whole number of eight bytes, without leading zeros. */
function readBigint(text: string): Reading<string> {
  const isWhole = /^-?(0|[1-9]\d{0,18})$/.test(text) && BigInt(text) === BigInt.asIntN(64, BigInt(text));
  return isWhole ? { value: text } : { message: 'Must be a whole number.' };
}

const JSON_NUMBER = /^(-?)(\d+)(?:\.(\d+))?(?:e([+-]?\d{1,3}))?$/i;

/** As a body writes it: 5, 5.0 and 5e0 are one number of JSON. Digit by digit, since a double would lose the last ones. */
export function readJsonWhole(raw: string): Reading<string> {
  const [, sign = '', whole = '', fraction = '', power = '0'] = JSON_NUMBER.exec(raw) ?? [];
  const point = Math.max(0, whole.length + Number(power));
  const digits = `${whole}${fraction}`.padEnd(point, '0');
  if (whole === '' || /[1-9]/.test(digits.slice(point))) return readBigint('');
  const value = digits.slice(0, point).replace(/^0+/, '') || '0';
  return readBigint(value === '0' ? value : `${sign}${value}`);
}

/** Digits of any decimal that is no column's own: more than a sum of money has. */
const MOST_DIGITS: Digits = [60, 20];

/** Digit by digit, never through a double: 0.1 is 0.1, and what the column could not hold is refused, not rounded. */
export function readDecimal(text: string, [precision, scale]: Digits = MOST_DIGITS): Reading<string> {
  const [, sign = '', whole = '', fraction = ''] = /^([+-]?)(\d+)(?:\.(\d+))?$/.exec(text) ?? [];
  if (whole === '') return { message: `Must be a decimal number such as ${scale === 0 ? '12' : '12.5'}.` };
  const significant = whole.replace(/^0+/, '');
  if (significant.length > precision - scale || fraction.length > scale)
    return { message: `Must have at most ${precision - scale} digits before the point and ${scale} after it.` };
  const value = `${significant || '0'}${fraction === '' ? '' : `.${fraction}`}`;
  return { value: sign === '-' && /[1-9]/.test(value) ? `-${value}` : value };
}

const readText = (text: string): Reading<string> => ({ value: text });

export const READERS: Readonly<Record<ValueType, (text: string) => Reading<string>>> = {
  text: readText,
  uuid: readUuid,
  float8: readNumber,
  numeric: (text) => readDecimal(text),
  bigint: readBigint,
  boolean: readBoolean,
  timestamptz: readInstant,
  date: readDate,
};

export const LONGEST_LIST = 100;

/** Items between commas, empty ones dropped. */
export function readList(text: string, read: (item: string) => Reading<string>): Reading<readonly string[]> {
  const items = text.split(',').filter((item) => item !== '');
  if (items.length > LONGEST_LIST)
    return { message: `Must hold at most ${LONGEST_LIST} values; it holds ${items.length}.` };
  const values = new Set<string>();
  for (const item of items) {
    const reading = read(item);
    if (isMessage(reading)) return { message: `'${shorten(item)}': ${reading.message}` };
    values.add(reading.value);
  }
  return { value: [...values] };
}

/** Messages quote what was sent, but not a whole novel of it. */
export function shorten(text: string): string {
  return text.length > 40 ? `${text.slice(0, 40)}…` : text;
}
