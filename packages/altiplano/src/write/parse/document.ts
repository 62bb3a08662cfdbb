import { Buffer } from 'node:buffer';

/** Digits of one number, written out: beyond any double, and far below what PostgreSQL would print for `1e131071`. */
const MOST_DIGITS = 400;
/** Bytes of a document, its numbers written out: a page shows 100 of them, and they are read and sent as a whole. */
const LONGEST = 64 * 1024;

const PARTS = /"(?:[^"\\]|\\.)*"|-?\d[-+.\deE]*/g;

/** What keeps a JSON text from being stored as jsonb, or null: PostgreSQL stores all else exactly. Linear. */
export function documentProblem(raw: string): string | null {
  let length = Buffer.byteLength(raw);
  if (length > LONGEST) return `Must be at most ${LONGEST} bytes of JSON; it has ${length}.`;
  for (const [part] of raw.matchAll(PARTS)) {
    if (part.startsWith('"')) {
      const problem = textProblem(JSON.parse(part) as string);
      if (problem !== null) return problem;
    } else {
      const digits = digitsOf(part);
      if (digits > MOST_DIGITS) return `Must not hold numbers of more than ${MOST_DIGITS} digits.`;
      length += Math.max(0, digits - part.length);
    }
  }
  return length > LONGEST ? `Must be shorter: with its numbers written out it has ${length} bytes.` : null;
}

/** What PostgreSQL's text cannot hold. */
export function textProblem(text: string): string | null {
  if (text.includes('\0')) return 'Must not contain the NUL character.';
  // Half a surrogate pair is no character, so it has no UTF-8.
  return /\p{Surrogate}/u.test(text) ? 'Must not contain half of a surrogate pair.' : null;
}

export interface Decimal {
  /** Without leading zeros. */
  readonly whole: string;
  /** Without trailing zeros. */
  readonly fraction: string;
}

/** A JSON number as decimal digits, sign apart; null when its exponent is beyond reason. */
export function readDecimal(raw: string): Decimal | null {
  const [, whole = '', fraction = '', power = '0'] = /^-?(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(raw) ?? [];
  const digits = `${whole}${fraction}`;
  const exponent = Number(power);
  if (!/[1-9]/.test(digits)) return { whole: '', fraction: '' };
  if (Math.abs(exponent) > 1000) return null;
  const point = whole.length + exponent;
  const padded = `${'0'.repeat(Math.max(0, -point))}${digits}${'0'.repeat(Math.max(0, point - digits.length))}`;
  const at = Math.max(0, point);
  return { whole: padded.slice(0, at).replace(/^0+/, ''), fraction: padded.slice(at).replace(/0+$/, '') };
}

/** Digits of a number once PostgreSQL has written it out; zero keeps its exponent too. */
function digitsOf(raw: string): number {
  const [, digits = '', power = '0'] = /^-?([\d.]+)(?:[eE]([+-]?\d+))?$/.exec(raw) ?? [];
  return digits.length + Math.abs(Number(power));
}
