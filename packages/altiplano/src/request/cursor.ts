import { Buffer } from 'node:buffer';
import { crc32 } from 'node:zlib';
import { printOrder } from '../resource/order.ts';
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
export function encodeCursor(resource: Resource, position: Position): string {
  const json = JSON.stringify([
    VERSION,
    resource.name,
    printOrder(resource.order),
    position.reading,
    ...position.values,
  ]);
  const body = Buffer.from(json);
  const checksum = Buffer.alloc(4);
  checksum.writeUInt32BE(crc32(body));
  return Buffer.concat([checksum, body]).toString('base64url');
}

/** The position, or null when the text is not a cursor of this resource in this order. */
export function decodeCursor(resource: Resource, cursor: string): Position | null {
  const bytes = Buffer.from(cursor, 'base64url');
  if (bytes.length < 5 || bytes.toString('base64url') !== cursor) return null;
  const body = bytes.subarray(4);
  if (crc32(body) !== bytes.readUInt32BE(0)) return null;
  const [version, name, order, reading, ...values] = parseArray(body.toString());
  if (version !== VERSION || name !== resource.name || order !== printOrder(resource.order)) return null;
  const known = READINGS.find((candidate) => candidate === reading);
  if (known === undefined || values.length !== resource.order.length) return null;
  const texts = values.map((value, index) => readKey(resource, index, value));
  return texts.every((text) => text !== null) ? { reading: known, values: texts } : null;
}

function parseArray(json: string): readonly unknown[] {
  try {
    const value: unknown = JSON.parse(json);
    return Array.isArray(value) ? value : [];
  } catch {
    return [];
  }
}

function readKey(resource: Resource, index: number, value: unknown): string | null {
  const type = resource.order[index]?.type;
  if (type === undefined || typeof value !== 'string') return null;
  const reading = READERS[type](value);
  return isMessage(reading) ? null : reading.value;
}
