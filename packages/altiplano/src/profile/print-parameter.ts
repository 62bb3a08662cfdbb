/** Enough to recognize a value by. */
const LONGEST = 60;
/** What is looked at of a longer one; searching all of it would take the time of its square. */
const LOOKED_AT = 200;
/** A longer document is said to be one. */
const LONGEST_DOCUMENT = 10_000;
const HIDDEN = '…';

/** Members that hold somebody's data, by their names. */
const PERSONAL =
  /(e_?mail|phone|mobile|name|address|street|zip|postal|birth|ssn|passport|iban|card|account|pass(word|wd|code)?|secret|token|authorization|cookie|digest|api_?key|ip)$/i;
/** And by what they look like: an address, or more than six digits in a row but for separators. */
const EMAIL = /[^\s@"',:]+@[^\s@"',:]+\.[a-z]{2,}/gi;
const NUMBER = /\+?\d(?:[\s().-]?\d){6,}/g;
const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const TIME = /^\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?:Z|[+-]\d\d(?::?\d\d)?)?)?$/;

/** A value as a profile may show it, where the program's owner wants to see values at all. Throws nothing. */
export function printParameter(value: unknown): string {
  try {
    return cut(print(value));
  } catch {
    return typeof value; // a date that is none, an object that goes round in a circle
  }
}

function print(value: unknown): string {
  if (value === null || value === undefined) return 'null';
  if (value instanceof Uint8Array) return `bytes (${value.length})`;
  if (value instanceof Date) return value.toISOString();
  return typeof value === 'object' ? JSON.stringify(value, mask) : maskText(String(value));
}

/** A JSON text among the parameters, which is how bodies travel, is looked into as well. */
function maskText(text: string): string {
  if (/^\s{0,20}[[{]/.test(text)) return maskDocument(text);
  if (UUID.test(text) || TIME.test(text)) return text;
  return text.slice(0, LOOKED_AT).replace(EMAIL, HIDDEN).replace(NUMBER, HIDDEN);
}

/** Of what only looks like JSON nobody knows which member a text belongs to. */
function maskDocument(text: string): string {
  const said = `document (${text.length})`;
  if (text.length > LONGEST_DOCUMENT) return said;
  try {
    return JSON.stringify(JSON.parse(text), mask);
  } catch {
    return said;
  }
}

function mask(key: string, value: unknown): unknown {
  if (typeof value === 'bigint') return String(value);
  if (PERSONAL.test(key) && value !== null && typeof value !== 'object') return HIDDEN;
  return typeof value === 'string' ? maskText(value) : value;
}

const cut = (text: string): string => (text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text);
