import { expect, test } from 'vitest';
import { readInstant } from './instants.ts';
import {
  readAttribute,
  readBoolean,
  readList,
  readNumber,
  readOffset,
  readPageSize,
  readSearch,
  readUuid,
} from './values.ts';

function refuses(read: (value: string) => unknown, values: readonly string[]): void {
  for (const value of values) expect(() => read(value), value).toThrow();
}

test('instants', () => {
  expect(readInstant('2024-02-29')).toBe('2024-02-29T00:00:00Z');
  expect(readInstant('2024-02-29T10:30')).toBe('2024-02-29T10:30:00Z');
  expect(readInstant('2024-02-29 10:30:59.123456+07:00')).toBe('2024-02-29T10:30:59.123456+07:00');
  refuses(readInstant, ['', '2023-02-29', '0000-01-01', '2024-01-01T24:00', '2024-01-01T10:00:60', '2024-01-01Z']);
  refuses(readInstant, [
    '2024-01-01T10:00:00.1234567',
    '2024-01-01T10:00:00 07:00',
    '20240101',
    '2024-01-01T10',
    ' 2024-01-01',
  ]);
});

test('numbers', () => {
  expect(['5', '-5.', '.5', '1e3', '+2E-1'].map(readNumber)).toEqual([5, -5, 0.5, 1000, 0.2]);
  refuses(readNumber, ['', 'nan', 'Infinity', '1e999', '0x10', ' 5', '5,6', '1_000', '.', 'e5']);
});

test('lists', () => {
  expect(readList('')).toBeUndefined();
  expect(readList(',')).toEqual([]);
  expect(readList('a,, b,a')).toEqual(['a', ' b', 'a']);
  expect(readList('a,'.repeat(100))).toHaveLength(100);
  refuses(readList, ['a,'.repeat(101), 'a\0']);
});

test('the others', () => {
  expect(readPageSize('250')).toBe(100);
  expect(['0', '7', '9'.repeat(400)].map(readOffset)).toEqual([0, 7, Number.MAX_SAFE_INTEGER]);
  refuses(readOffset, ['', '-1', '1.0', '1e1', ' 1']);
  refuses(readPageSize, ['0', '-1', '1.0', '', '+5', '1e1']);
  refuses(readBoolean, ['', 'True', '1']);
  refuses(readUuid, ['{00000000-0000-0000-0000-000000000000}', '00000000000000000000000000000000', '']);
  expect(readSearch('')).toBeUndefined();
  expect(readSearch('   ')).toBe('   ');
  refuses(readSearch, ['ab', '😀😀', 'abc\0']);
  expect(readAttribute('a=b=c')).toEqual({ key: 'a', text: 'b=c' });
  refuses(readAttribute, ['', 'a', '=b']);
});
