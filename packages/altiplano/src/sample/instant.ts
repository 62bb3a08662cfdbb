/** Instants are whole microseconds since 1970 in a number: exact until the year 2255. */
export type Instant = number;

export const SECOND = 1_000_000;
export const DAY = 86_400 * SECOND;

const TWO = Array.from({ length: 60 }, (_, value) => String(value).padStart(2, '0'));
const THREE = Array.from({ length: 1000 }, (_, value) => String(value).padStart(3, '0'));
const dates = new Map<number, string>();

/** As PostgreSQL reads a timestamptz, six fraction digits included. */
export function instantText(instant: Instant): string {
  const day = Math.floor(instant / DAY);
  const rest = instant - day * DAY;
  const second = Math.floor(rest / SECOND);
  const fraction = rest - second * SECOND;
  const minute = Math.floor(second / 60);
  return (
    `${dateText(day)} ${TWO[Math.floor(minute / 60)]}:${TWO[minute % 60]}:${TWO[second % 60]}` +
    `.${THREE[Math.floor(fraction / 1000)]}${THREE[fraction % 1000]}+00`
  );
}

// Formatting a date costs more than the rest of the row; a sample has a few hundred of them.
function dateText(day: number): string {
  let text = dates.get(day);
  if (text === undefined) {
    text = new Date(day * 86_400_000).toISOString().slice(0, 10);
    dates.set(day, text);
  }
  return text;
}

export function instantOf(date: Date): Instant {
  return date.getTime() * 1000;
}

/** First instant of the UTC month `offset` months after the one that holds `instant`. */
export function monthStart(instant: Instant, offset = 0): Instant {
  const date = new Date(Math.floor(instant / 1000));
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + offset, 1) * 1000;
}
