import { createHash } from 'node:crypto';
import { state } from './state.ts';

/** Longer ones are hashed in native code; below, the call costs more than the loop. */
const LONG = 500;
const [SEED_A, SEED_B] = seeds(state.salt);

/** Equal for a parameter and for the column that shows the same value: 7 and '7', a date and its text in ISO 8601. */
export function hashOf(value: unknown): string {
  const text = printed(value);
  return text.length > LONG ? createHash('sha1').update(state.salt).update(text).digest('base64') : short(text);
}

/** Of each element of a list, of the value itself otherwise. */
export function hashesOf(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.slice(0, 1_000).map(hashOf) : [hashOf(value)];
}

export function printed(value: unknown): string {
  if (typeof value === 'string') return value;
  if (value === null || value === undefined) return '\u0000null';
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? 'Invalid Date' : value.toISOString();
  if (value instanceof Uint8Array) return Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('hex');
  if (typeof value !== 'object') return String(value);
  return printedObject(value);
}

function printedObject(value: object): string {
  try {
    // postgres wraps typed parameters, as `sql.json(…)`.
    if ('value' in value && 'type' in value) return printed(value.value);
    return JSON.stringify(value) ?? '';
  } catch {
    return '\u0000unprintable';
  }
}

/** 53 bits, mixed as Bryc's cyrb53 does: https://github.com/bryc/code (public domain). */
function short(text: string): string {
  let a = 0xdeadbeef ^ SEED_A;
  let b = 0x41c6ce57 ^ SEED_B;
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    a = Math.imul(a ^ code, 2654435761);
    b = Math.imul(b ^ code, 1597334677);
  }
  a = Math.imul(a ^ (a >>> 16), 2246822507) ^ Math.imul(b ^ (b >>> 13), 3266489909);
  b = Math.imul(b ^ (b >>> 16), 2246822507) ^ Math.imul(a ^ (a >>> 13), 3266489909);
  return (4294967296 * (2097151 & b) + (a >>> 0)).toString(36);
}

function seeds(salt: string): readonly [number, number] {
  const digest = createHash('sha1').update(salt).digest();
  return [digest.readInt32LE(0), digest.readInt32LE(4)];
}
