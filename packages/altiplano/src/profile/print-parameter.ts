/** Enough to recognize a value by. */
const LONGEST = 60;
const HIDDEN = '…';

/** Members and columns that hold somebody's data, by their names. */
const PERSONAL =
  /(e_?mail|phone|mobile|name|address|street|zip|postal|birth|ssn|passport|iban|card|account|pass(word|wd|code)?|secret|token|authorization|cookie|digest|api_?key|ip)$/i;
/** And by what they look like: an address, or more than six digits in a row but for separators. */
const EMAIL = /[^\s@"',:]+@[^\s@"',:]+\.[a-z]{2,}/gi;
const NUMBER = /\+?\d(?:[\s().-]?\d){6,}/g;
const UUID_OR_TIME = /^[0-9a-f]{8}-[0-9a-f-]{27}$|^\d{4}-\d\d-\d\d/i;

/** A value as a profile may show it, where the program's owner wants to see values at all. */
export function printParameter(value: unknown): string {
  if (value === null || value === undefined) return 'null';
  if (value instanceof Uint8Array) return `bytes (${value.length})`;
  if (typeof value === 'object' && !(value instanceof Date)) return cut(JSON.stringify(value, mask) ?? '');
  const text = value instanceof Date ? value.toISOString() : String(value);
  return cut(maskText(text));
}

/** A JSON text among the parameters, which is how bodies travel, is looked into as well. */
function maskText(text: string): string {
  if (/^\s*[[{]/.test(text)) {
    try {
      return JSON.stringify(JSON.parse(text), mask);
    } catch {
      // Not JSON after all.
    }
  }
  if (UUID_OR_TIME.test(text)) return text;
  return text.replace(EMAIL, HIDDEN).replace(NUMBER, HIDDEN);
}

function mask(key: string, value: unknown): unknown {
  if (PERSONAL.test(key) && value !== null && typeof value !== 'object') return HIDDEN;
  return typeof value === 'string' ? maskText(value) : value;
}

const cut = (text: string): string => (text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text);
