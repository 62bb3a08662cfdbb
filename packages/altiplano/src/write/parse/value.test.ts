import { describe, expect, test } from 'vitest';
import { readKeyValue } from '../../request/values.ts';
import type { MemberType } from './member-type.ts';
import { readValue } from './value.ts';

const bounded = { nullable: false, range: [-2_147_483_648, 2_147_483_647] } as const;
const READ: Readonly<Record<string, (raw: string) => unknown>> = {
  integer: (raw) => readValue({ kind: 'integer', ...bounded }, raw),
  bigint: (raw) => readValue({ kind: 'bigint', ...bounded }, raw),
  'a bigint without bounds': (raw) => readValue({ kind: 'bigint', nullable: false } satisfies MemberType, raw),
  key: (raw) => readKeyValue('bigint', raw),
};

describe.each(Object.entries(READ))('a whole number of JSON as %s', (_kind, read) => {
  test.each([
    ['5', '5'],
    ['5.0', '5'],
    ['5e0', '5'],
    ['0.5E+1', '5'],
    ['50e-1', '5'],
    ['-5.00', '-5'],
    ['2000000000', '2000000000'],
    ['2.0e9', '2000000000'],
    ['0', '0'],
    ['-0', '0'],
    ['-0.0', '0'],
    ['0e0', '0'],
  ])('%s is %s', (raw, value) => {
    expect(read(raw)).toEqual({ value });
  });

  test.each(['5.5', '5e-1', '1e300', '-1e300', '1e999', '"5"', '"5.0"', 'true', '[5]', '{}'])('%s is none', (raw) => {
    expect(read(raw)).toEqual({ message: expect.stringMatching(/^Must be a whole number/) });
  });
});

test('no digit of eight bytes is lost', () => {
  const read = (raw: string) => readValue({ kind: 'bigint', nullable: false }, raw);
  expect(read('9007199254740993.0')).toEqual({ value: '9007199254740993' });
  expect(read('-9.223372036854775808e18')).toEqual({ value: '-9223372036854775808' });
  expect(read('9.223372036854775808e18')).toEqual({ message: 'Must be a whole number.' });
});

describe('a bound', () => {
  const float = (range: readonly [number, number]) => ({ kind: 'float', nullable: false, range }) as const;
  const decimal = (digits?: readonly [number, number], range?: readonly [number, number]): MemberType => ({
    ...{ kind: 'decimal', nullable: false },
    ...(digits === undefined ? {} : { digits }),
    ...(range === undefined ? {} : { range }),
  });
  test.each<[MemberType, string, string]>([
    [float([0, 100]), '101', 'Must be a number from 0 to 100.'],
    [float([-1, 1]), '1.5', 'Must be a number from -1 to 1.'],
    [float([0, Number.POSITIVE_INFINITY]), '-1', 'Must be a number of at least 0.'],
    [decimal([6, 2], [0, 100]), '100.01', 'Must be a number from 0 to 100.'],
    [decimal([6, 2], [0, 1e9]), '10000', 'Must be a number from 0 to 9999.99.'],
    [decimal([6, 2], [0, 1e9]), '1e400', 'Must be a number from 0 to 9999.99.'],
    [decimal([4, 0], [0, 1e9]), '10000', 'Must be a number from 0 to 9999.'],
    [decimal([6, 2]), '10000', 'Must have at most 4 digits before the point and 2 after it.'],
    [decimal(undefined, [0, 100]), '100.5', 'Must be a number from 0 to 100.'],
  ])('%j: %s', (type, raw, message) => {
    expect(readValue(type, raw)).toEqual({ message });
  });

  test('of a decimal without digits is none of its digits', () => {
    expect(readValue(decimal(), '1234.5678')).toEqual({ value: '1234.5678' });
  });
});
