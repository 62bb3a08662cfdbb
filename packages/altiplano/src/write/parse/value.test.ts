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
