import { Buffer } from 'node:buffer';
import { crc32 } from 'node:zlib';
import { printOrder } from '../resource/order.ts';
import type { OrderColumn } from '../resource/ordering.ts';
import type { Resource } from '../resource/resource.ts';
import type { Position } from './request.ts';
import { isMessage, READERS } from './values.ts';

const VERSION = 1;
const READINGS = ['after', 'from', 'before', 'upto'] as const;

/**
 * A position as an opaque text: base64url of CRC-32 and JSON [version, resource, order, reading, ...values]. It grants
 * nothing (tenant and visibility are checked as for any request), so it needs no secret; the checksum only tells a
 * mistyped cursor from a good one.
 */
export function encodeCursor(
  resource: Resource,
  position: Position,
  order: readonly OrderColumn[] = resource.order,
): string {
  const json = JSON.stringify([VERSION, resource.name, printOrder(order), position.reading, ...position.values]);
  const body = Buffer.from(json);
  const checksum = Buffer.alloc(4);
  checksum.writeUInt32BE(crc32(body));
  return Buffer.concat([checksum, body]).toString('base64url');
}

/** The position, or null when the text is not a cursor of this resource in this order. */
export function decodeCursor(
  resource: Resource,
  cursor: string,
  order: readonly OrderColumn[] = resource.order,
): Position | null {
  const bytes = Buffer.from(cursor, 'base64url');
  if (bytes.length < 5 || bytes.toString('base64url') !== cursor) return null;
  const body = bytes.subarray(4);
  if (crc32(body) !== bytes.readUInt32BE(0)) return null;
  const [version, name, ordered, reading, ...values] = parseArray(body.toString());
  if (version !== VERSION || name !== resource.name || ordered !== printOrder(order)) return null;
  const known = READINGS.find((candidate) => candidate === reading);
  if (known === undefined || values.length !== order.length) return null;
  const texts = order.map((column, index) => readKey(column, values[index]));
  return texts.every((text) => text !== undefined) ? { reading: known, values: texts } : null;
}

function parseArray(json: string): readonly unknown[] {
  try {
    const value: unknown = JSON.parse(json);
    return Array.isArray(value) ? value : [];
  } catch {
    return [];
  }
}

/** Undefined when the column cannot have the value. */
function readKey({ type, nullable }: OrderColumn, value: unknown): string | null | undefined {
  if (value === null && nullable === true) return null;
  if (typeof value !== 'string' || value.includes('\0')) return undefined;
  // A column may hold what no filter asks for.
  if (type === 'float8' && /^(NaN|-?Infinity)$/.test(value)) return value;
  const reading = READERS[type](value);
  return isMessage(reading) ? undefined : reading.value;
}
