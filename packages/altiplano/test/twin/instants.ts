import { MalformedValue } from './refusal.ts';

// Date alone, or date and time with optional seconds, fraction (to the microsecond) and offset. An offset's '+' that
// was not percent-encoded arrives as a space and is refused: guessing could move the bound by hours.
const datePattern = '(?<date>(?<year>\\d{4})-\\d{2}-\\d{2})';
const timePattern = '(?<time>(?:[01]\\d|2[0-3]):[0-5]\\d)(?<seconds>:[0-5]\\d(?:\\.\\d{1,6})?)?';
// PostgreSQL knows no offset of 16 hours or more; the widest in use is 14.
const offsetPattern = '(?<offset>Z|[+-](?:0\\d|1[0-5])(?::?[0-5]\\d)?)?';
const instantPattern = new RegExp(`^${datePattern}(?:[T ]${timePattern}${offsetPattern})?$`);

/** The instant as text that PostgreSQL reads one way only, whatever its DateStyle and time zone. */
export function readInstant(value: string): string {
  const parts = instantPattern.exec(value)?.groups;
  const date = parts?.date;
  if (!parts || !date || parts.year === '0000' || !isCalendarDate(date)) throw new MalformedValue('not ISO 8601');
  return `${date}T${parts.time ?? '00:00'}${parts.seconds ?? ':00'}${parts.offset ?? 'Z'}`;
}

function isCalendarDate(date: string): boolean {
  const parsed = new Date(`${date}T00:00:00Z`);
  // February 30 parses as March 1 or 2 in some engines and not at all in others.
  return !Number.isNaN(parsed.getTime()) && parsed.toISOString().startsWith(date);
}
