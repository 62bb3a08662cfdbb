import { Buffer } from 'node:buffer';
import { crc32 } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { exampleResource } from '../../test/support/example-resource.ts';
import { decodeCursor, encodeCursor } from './cursor.ts';
import type { Position } from './request.ts';

const resource = exampleResource();
const SOME_ID = '123e4567-e89b-12d3-a456-426614174000';
const instant = fc
  .date({ min: new Date('0001-01-01T00:00:00Z'), max: new Date('9999-12-31T00:00:00Z'), noInvalidDate: true })
  .chain((date) => fc.integer({ min: 0, max: 999 }).map((more) => date.toISOString().replace('Z', `${pad(more)}Z`)));
const position: fc.Arbitrary<Position> = fc
  .tuple(fc.constantFrom('after', 'from', 'before', 'upto'), instant, fc.uuid())
  .map(([reading, created, id]) => ({ reading, values: [created, id] }) as const);
const pad = (number: number) => String(number).padStart(3, '0');

describe('a cursor', () => {
  test('comes back as it went', () => {
    fc.assert(
      fc.property(position, (there) => {
        const cursor = encodeCursor(resource, there);
        expect(cursor).toMatch(/^[\w-]+$/);
        expect(decodeCursor(resource, cursor)).toEqual(there);
      }),
    );
  });

  test('with one character changed, dropped or added is refused', () => {
    const alphabet = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_=+/ \0é'];
    const there: Position = {
      reading: 'after',
      values: ['2026-01-31T12:30:00.000001Z', SOME_ID],
    };
    const cursor = encodeCursor(resource, there);
    const isAccepted = (text: string) => decodeCursor(resource, text) !== null;
    for (let at = 0; at <= cursor.length; at++) {
      const [before, after] = [cursor.slice(0, at), cursor.slice(at + 1)];
      const changed = alphabet.map((letter) => `${before}${letter}${after}`).filter((text) => text !== cursor);
      expect(changed.filter(isAccepted)).toEqual([]);
      if (at < cursor.length) expect(isAccepted(before + after)).toBe(false);
      expect(isAccepted(`${before}A${cursor.slice(at)}`)).toBe(false);
    }
  });

  test('of another resource, order or version is refused', () => {
    const there: Position = { reading: 'before', values: ['2026-01-31T12:30:00.000000Z', SOME_ID] };
    const cursor = encodeCursor(resource, there);
    expect(decodeCursor(exampleResource({ name: 'magazines' }), cursor)).toBeNull();
    const byPrice = exampleResource({
      order: ['-price', '-id'],
      orderTypes: ['float8', 'uuid'],
      ...{ filters: {}, facets: {} },
    });
    expect(decodeCursor(byPrice, cursor)).toBeNull();
    expect(decodeCursor(exampleResource({ order: ['created_at', 'id'] }), cursor)).toBeNull();
    expect(decodeCursor(resource, sealed([2, 'books', '-created_at,-id', 'before', ...there.values]))).toBeNull();
  });

  test.each([
    ['another reading', [1, 'books', '-created_at,-id', 'beside', '2026-01-31', SOME_ID]],
    ['no values', [1, 'books', '-created_at,-id', 'after']],
    ['a value too many', [1, 'books', '-created_at,-id', 'after', '2026-01-31', SOME_ID, SOME_ID]],
    ['a value of another type', [1, 'books', '-created_at,-id', 'after', '2026-01-31', 7]],
    ['a time that is none', [1, 'books', '-created_at,-id', 'after', "2026-01-31'; --", SOME_ID]],
    ['an object', { length: 6 }],
    ['null', null],
  ])('with a good checksum and %s is refused', (_, content) => {
    expect(decodeCursor(resource, sealed(content))).toBeNull();
  });

  test('that is garbage is refused', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.string({ unit: 'binary' }), fc.base64String(), fc.uint8Array().map(base64url)),
        (text) => {
          expect(decodeCursor(resource, text)).toBeNull();
        },
      ),
    );
    for (const text of ['', 'A', '\0', 'null', '[]', `${'A'.repeat(1_000_000)}`, '%00', '..']) {
      expect(decodeCursor(resource, text)).toBeNull();
    }
    expect(decodeCursor(resource, sealedText('{'))).toBeNull();
  });
});

function base64url(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64url');
}

/** What someone who knows the format can make: the checksum keeps nobody out. */
function sealed(content: unknown): string {
  return sealedText(JSON.stringify(content));
}

function sealedText(text: string): string {
  const body = Buffer.from(text);
  const checksum = Buffer.alloc(4);
  checksum.writeUInt32BE(crc32(body));
  return Buffer.concat([checksum, body]).toString('base64url');
}
