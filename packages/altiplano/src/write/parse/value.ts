import { isMessage, READERS, type Reading, readJsonWhole, shorten } from '../../request/values.ts';
import { documentProblem, readDecimal, textProblem } from './document.ts';
import type { MemberType } from './member-type.ts';

/**
 * One member's value → the JSON text that is stored, or what would have been right.
 * @param raw the value as it was sent
 */
export function readValue(type: MemberType, raw: string): Reading<string> {
  const value: unknown = type.kind === 'document' ? undefined : JSON.parse(raw);
  if (raw === 'null') return type.nullable ? { value: raw } : { message: 'Must not be null.' };
  switch (type.kind) {
    case 'text':
      return readText(type, value);
    case 'choice':
      return readChoice(type, value);
    case 'uuid':
      return quoted(typeof value === 'string' ? READERS.uuid(value) : READERS.uuid(''));
    case 'bigint':
      return readWhole(type, raw);
    case 'date':
      return quoted(READERS.date(typeof value === 'string' ? value : ''));
    case 'instant':
      return readTime(value);
    case 'boolean':
      return typeof value === 'boolean' ? { value: raw } : { message: 'Must be true or false.' };
    case 'float':
    case 'integer':
      return readNumber(type, value);
    case 'decimal':
      return readExact(type, raw, value);
    case 'document':
      return readDocument(type, raw);
  }
}

function readText({ least = 0, most }: MemberType, value: unknown): Reading<string> {
  if (typeof value !== 'string') return { message: 'Must be a text.' };
  // Looked through only as far as it may go.
  if (most !== undefined && value.length > 2 * most) return { message: `Must have at most ${most} characters.` };
  const problem = textProblem(value);
  if (problem !== null) return { message: problem };
  if (most !== undefined && value.length > most) {
    const length = [...value].length;
    if (length > most) return { message: `Must have at most ${most} characters; it has ${length}.` };
  }
  if (value.length < 2 * least && [...value].length < least)
    return { message: `Must have at least ${least} character${least === 1 ? '' : 's'}.` };
  return { value: JSON.stringify(value) };
}

function readChoice({ choices = [] }: MemberType, value: unknown): Reading<string> {
  if (typeof value === 'string' && choices.includes(value)) return { value: JSON.stringify(value) };
  const sent = typeof value === 'string' ? `; '${shorten(value)}' is none of them` : '';
  return { message: `Must be one of ${choices.join(', ')}${sent}.` };
}

function quoted(reading: Reading<string>): Reading<string> {
  return isMessage(reading) ? reading : { value: JSON.stringify(reading.value) };
}

const FIRST_INSTANT = -62_135_596_800_000; // 0001-01-01T00:00Z
const AFTER_LAST_INSTANT = 253_402_300_800_000; // 10000-01-01T00:00Z

/** The year counts in UTC: an offset may carry 9999-12-31 over. */
function readTime(value: unknown): Reading<string> {
  const reading = READERS.timestamptz(typeof value === 'string' ? value : '');
  if (isMessage(reading)) return reading;
  const instant = Date.parse(withFullOffset(reading.value));
  if (instant < FIRST_INSTANT || instant >= AFTER_LAST_INSTANT) {
    return { message: 'Must be a time of the years 1 to 9999, in UTC.' };
  }
  return quoted(reading);
}

/** Date.parse wants `+07:00` where PostgreSQL takes `+07` and `+0700`, and no more than milliseconds. */
function withFullOffset(instant: string): string {
  return instant
    .replace(/(\.\d{3})\d*/, '$1')
    .replace(/([+-]\d{2}):?(\d{2})?$/, (_, hour, minute = '00') => `${hour}:${minute}`);
}

function readNumber({ kind, range }: MemberType, value: unknown): Reading<string> {
  const [least = -Infinity, greatest = Infinity] = range ?? [];
  const message =
    kind === 'integer'
      ? `Must be a whole number from ${least} to ${greatest}.`
      : `Must be a number${rangeText(range)}.`;
  if (typeof value !== 'number' || !Number.isFinite(value) || value < least || value > greatest) return { message };
  if (kind === 'integer' && !Number.isInteger(value)) return { message };
  return { value: String(value) };
}

/** Of eight bytes, digit by digit: as a JavaScript number it would be another one beyond 2⁵³. */
function readWhole({ range }: MemberType, raw: string): Reading<string> {
  const reading = readJsonWhole(raw);
  if (isMessage(reading)) return reading;
  const [least, greatest] = range ?? [];
  const value = Number(reading.value);
  if (least === undefined || greatest === undefined || (value >= least && value <= greatest)) return reading;
  return { message: `Must be a whole number from ${least} to ${greatest}.` };
}

/** @param digits of a decimal, which may end sooner than the range: 1e16 is no `numeric(18,2)` */
function rangeText(range: MemberType['range'], digits?: MemberType['digits']): string {
  if (range === undefined) return ' such as 60 or 1.5e3';
  const [least, greatest] = range;
  if (greatest === Infinity) return ` of at least ${least}`;
  return ` from ${least} to ${digits !== undefined && greatest >= 10 ** (digits[0] - digits[1]) ? nines(digits) : greatest}`;
}

const nines = ([precision, scale]: readonly [number, number]): string =>
  '9'.repeat(precision - scale) + (scale === 0 ? '' : `.${'9'.repeat(scale)}`);

/** Of a `numeric` that names none: what `readDecimal` writes out at most. */
const ANY_DIGITS = [2_000, 1_000] as const;

/** Never through a JavaScript number: 0.1 is stored as 0.1, and a fifth decimal is refused, not rounded. */
function readExact({ digits = ANY_DIGITS, range }: MemberType, raw: string, value: unknown): Reading<string> {
  if (typeof value !== 'number') return { message: 'Must be a number such as 60 or 1.25.' };
  const decimal = readDecimal(raw);
  const [precision, scale] = digits;
  const isTooLong = decimal === null || decimal.whole.length > precision - scale;
  const isBounded = range !== undefined && range[1] !== Infinity;
  if (range !== undefined && (value < range[0] || value > range[1] || (isBounded && isTooLong))) {
    return { message: `Must be a number${rangeText(range, digits)}.` };
  }
  if (isTooLong || decimal.fraction.length > scale) {
    return {
      message: `Must have at most ${precision - scale} digits before the point and ${scale} after it.`,
    };
  }
  return { value: raw };
}

function readDocument({ object }: MemberType, raw: string): Reading<string> {
  if (object && !raw.startsWith('{')) return { message: 'Must be an object such as {"city": "Hanoi"}.' };
  const problem = documentProblem(raw);
  return problem === null ? { value: raw } : { message: problem };
}
