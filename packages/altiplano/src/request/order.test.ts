import { describe, expect, test } from 'vitest';
import { exampleResource } from '../../test/support/example-resource.ts';
import { decodeCursor, encodeCursor } from './cursor.ts';
import { defaultOrder, readOrder } from './order.ts';
import { isMessage } from './values.ts';

const resource = exampleResource({
  orders: {
    title: { column: 'title', type: 'text' },
    price: { column: 'price', type: 'float8', nullable: true },
    created_at: { column: 'created_at', type: 'timestamptz' },
  },
});

function columnsOf(text: string) {
  const reading = readOrder(resource, text);
  if (isMessage(reading)) throw new Error(reading.message);
  return reading.value.columns;
}

describe('an order', () => {
  test('ends in the key, in the same direction', () => {
    expect(columnsOf('-price')).toEqual([
      { column: 'price', direction: 'desc', type: 'float8', nullable: true },
      { column: 'id', direction: 'desc', type: 'uuid' },
    ]);
    expect(columnsOf('title').map(({ direction }) => direction)).toEqual(['asc', 'asc']);
  });

  test.each([
    ['prise', "Did you mean 'price'?"],
    ['-titel', "Did you mean '-title'?"],
    ['', 'Known: '],
    ['id', 'Known: '],
    ['constructor', 'Known: '],
    ['toString', 'Known: '],
  ])("'%s' is refused with the nearest name", (text, hint) => {
    const reading = readOrder(resource, text);
    expect(isMessage(reading) && reading.message).toContain(hint);
  });
});

describe('a cursor', () => {
  const id = '123e4567-e89b-12d3-a456-426614174000';
  const place = (value: string | null) => ({ reading: 'after', values: [value, id] }) as const;

  test.each(['1.5', 'NaN', '-Infinity', null])('carries %s where the column may hold it', (value) => {
    const cursor = encodeCursor(resource, place(value), columnsOf('price'));
    expect(decodeCursor(resource, cursor, columnsOf('price'))).toEqual(place(value));
  });

  test('of one order is none of another, nor of its opposite', () => {
    const cursor = encodeCursor(resource, place('x'), columnsOf('title'));
    expect(decodeCursor(resource, cursor, columnsOf('title'))).toEqual(place('x'));
    expect(decodeCursor(resource, cursor, columnsOf('-title'))).toBeNull();
    expect(decodeCursor(resource, cursor, columnsOf('price'))).toBeNull();
    expect(decodeCursor(resource, cursor)).toBeNull();
  });

  test('of the default order is the same whether it is named or not', () => {
    const at = { reading: 'after', values: ['2026-01-01T00:00:00.000000Z', id] } as const;
    expect(encodeCursor(resource, at, columnsOf('-created_at'))).toBe(encodeCursor(resource, at));
    expect(columnsOf('-created_at')).toEqual(defaultOrder(resource).columns);
  });

  test('with a null where there is none, or with NUL in a text, is refused', () => {
    for (const [order, value] of [
      ['title', null],
      ['title', 'a\0b'],
      ['price', 'many'],
    ] as const) {
      const cursor = encodeCursor(resource, place(value), columnsOf(order));
      expect(decodeCursor(resource, cursor, columnsOf(order))).toBeNull();
    }
  });
});

test.each([
  [{ '-title': { column: 'title', type: 'text' } }, 'minus'],
  [{ id: { column: 'id', type: 'uuid' } }, 'key'],
  [{ created_at: { column: 'created_at', type: 'text' } }, 'two types'],
  [{ reviews: { figure: 'reviews' } }, 'no rollup keeps'],
] as const)('a declaration is refused: %o', (orders, problem) => {
  const declare = () => exampleResource({ orders: orders as never });
  expect(declare).toThrow(expect.objectContaining({ code: 'DECL_INVALID' }));
  try {
    declare();
  } catch (error) {
    expect(JSON.stringify(error) + String(error) + JSON.stringify((error as { hint?: string }).hint)).toContain(
      problem,
    );
  }
});
