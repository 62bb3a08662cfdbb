import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isMessage, READERS, readDecimal, readList, readPageSize } from './values.ts';

const readingOf = (reading: { readonly value: unknown } | { readonly message: string }) =>
  isMessage(reading) ? null : reading.value;
const read = (type: keyof typeof READERS, text: string) => readingOf(READERS[type](text));

describe('numbers', () => {
  test.each([
    ['5', '5'],
    ['5.0', '5'],
    ['+.5', '0.5'],
    ['-5.', '-5'],
    ['1e3', '1000'],
    ['1E-2', '0.01'],
    ['1e-999', '0'],
  ])('%s is %s', (text, value) => expect(read('float8', text)).toBe(value));

  test.each(['', ' 5', '5 ', 'nan', 'NaN', 'inf', 'Infinity', '-Infinity', '1e999', '0x10', '5,6', '1_000', '.', 'e5'])(
    "'%s' is none",
    (text) => expect(read('float8', text)).toBeNull(),
  );

  test('every double survives being read', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (number) => {
        expect(Number(read('float8', String(number)))).toBe(number === 0 ? Number(String(number)) : number);
      }),
    );
  });
});

describe('decimals', () => {
  const decimal = (text: string) => readingOf(readDecimal(text, [12, 2]));

  test.each([
    ['0', '0'],
    ['-0.00', '0.00'],
    ['+9.9', '9.9'],
    ['-0012.50', '-12.50'],
    ['9999999999.99', '9999999999.99'],
    ['-9999999999.99', '-9999999999.99'],
  ])('%s is %s', (text, value) => expect(decimal(text)).toBe(value));

  test.each([
    '10000000000',
    '1.005',
    '1.000',
    '',
    ' 1',
    '.5',
    '5.',
    '1e2',
    'NaN',
    'Infinity',
    '-Infinity',
    '1,5',
    '0x1',
    '--1',
    '9'.repeat(5000),
  ])("'%s' is none of twelve digits with two decimals", (text) => expect(decimal(text)).toBeNull());

  test('keep digits that a double would lose', () => {
    expect(read('numeric', '12345678901234567890.12345678901234567890')).toBe(
      '12345678901234567890.12345678901234567890',
    );
  });
});

describe('times', () => {
  test.each([
    ['2026-01-31', '2026-01-31T00:00:00.000000Z'],
    ['2024-02-29T23:59', '2024-02-29T23:59:00.000000Z'],
    ['2026-01-31 12:30:01.5', '2026-01-31T12:30:01.500000Z'],
    ['2026-01-31T12:30:01.000001-09:30', '2026-01-31T12:30:01.000001-09:30'],
    ['0001-01-01', '0001-01-01T00:00:00.000000Z'],
    ['0099-12-31', '0099-12-31T00:00:00.000000Z'],
    ['9999-12-31T23:59:59.999999Z', '9999-12-31T23:59:59.999999Z'],
  ])('%s is %s', (text, value) => expect(read('timestamptz', text)).toBe(value));

  test.each([
    '',
    '2026-02-30',
    '2025-02-29',
    '2026-13-01',
    '2026-00-10',
    '2026-01-00',
    '0000-01-01',
    '10000-01-01',
    '2026-01-01T24:00',
    '2026-01-01T12:60',
    '2026-01-01T12:00:60',
    '2026-01-01T12:00:00.1234567',
    '2026-01-01T12:00:00+16:00',
    '2026-01-01T12:00:00+01:60',
    '2026-01-01T12:00:00 07:00',
    '2026-01-01Z',
    '20260101',
    'now',
    'infinity',
    '２０２６-01-01',
  ])("'%s' is none", (text) => expect(read('timestamptz', text)).toBeNull());
});

describe('uuids', () => {
  const id = 'F8B27976-5910-4455-A865-1617047C48C9';
  test('in the canonical form, either case', () => expect(read('uuid', id)).toBe(id.toLowerCase()));
  test.each(['', id.replaceAll('-', ''), `{${id}}`, `${id}0`, ` ${id}`, `urn:uuid:${id}`, id.replace('F', 'G')])(
    "'%s' is none",
    (text) => expect(read('uuid', text)).toBeNull(),
  );
});

describe('lists', () => {
  const items = (count: number) => Array.from({ length: count }, (_, index) => `v${index}`).join(',');
  test('drop empty items and repetitions, keep spaces', () => {
    expect(readingOf(readList('a,, b,a,', READERS.text))).toEqual(['a', ' b']);
    expect(readingOf(readList(',', READERS.text))).toEqual([]);
  });
  test('hold a hundred values', () => {
    expect(readingOf(readList(items(100), READERS.text))).toHaveLength(100);
    expect(readList(items(101), READERS.text)).toEqual({ message: 'Must hold at most 100 values; it holds 101.' });
  });
  test('say which item is wrong, shortened', () => {
    expect(readList(`1,${'x'.repeat(60)}`, READERS.float8)).toMatchObject({
      message: expect.stringMatching(/^'x{40}…': Must be a number/),
    });
  });
});

describe('page sizes', () => {
  test.each([
    ['1', 1],
    ['007', 7],
    ['100', 100],
    ['101', 100],
    ['9'.repeat(400), 100],
  ])('%s is %d', (text, size) => expect(readingOf(readPageSize(text, 100))).toBe(size));
  test.each(['', '0', '00', '-1', '+1', '1.5', '1.0', '1e2', ' 1', '0x1', '１'])("'%s' is none", (text) =>
    expect(readingOf(readPageSize(text, 100))).toBeNull(),
  );
});
