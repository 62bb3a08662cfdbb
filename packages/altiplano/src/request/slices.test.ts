import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { documentProblem, readDecimal } from '../write/parse/document.ts';
import { elementSlices, memberSlices } from './slices.ts';

const spaced = (value: unknown) => JSON.stringify(value, null, 2);

describe('the parts of a JSON text', () => {
  test('are those JSON.parse finds', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), fc.boolean(), (object, isSpaced) => {
        const text = isSpaced ? spaced(object) : JSON.stringify(object);
        const members = [...memberSlices(text, 0)].map(([name, { start, end }]) => [
          name,
          JSON.parse(text.slice(start, end)),
        ]);
        const parsed = JSON.parse(text) as object;
        expect(new Map(members as [string, unknown][])).toEqual(new Map(Object.entries(parsed)));
      }),
    );
  });

  test('of a list are its elements', () => {
    fc.assert(
      fc.property(fc.array(fc.jsonValue()), (list) => {
        const text = ` ${spaced(list)} `;
        const elements = elementSlices(text, 0).map(({ start, end }) => JSON.parse(text.slice(start, end)));
        expect(elements).toEqual(JSON.parse(text));
      }),
    );
  });

  test('keep every digit, `__proto__`, and the last of a name given twice', () => {
    const text = '{ "a" : 1.50e+3 , "__proto__":{"b":"}\\\\\\""}, "a":0.10 }';
    const members = [...memberSlices(text, 0)].map(([name, { start, end }]) => [name, text.slice(start, end)]);
    expect(members).toEqual([
      ['a', '0.10'],
      ['__proto__', '{"b":"}\\\\\\""}'],
    ]);
  });
});

describe('a number', () => {
  test.each([
    ['0', '', ''],
    ['-0.000', '', ''],
    ['120', '120', ''],
    ['1.50', '1', '5'],
    ['12.5e1', '125', ''],
    ['12.5e-3', '', '0125'],
    ['0.001e3', '1', ''],
    ['1e400', `1${'0'.repeat(400)}`, ''],
  ])('%s has the digits %s and %s', (raw, whole, fraction) => expect(readDecimal(raw)).toEqual({ whole, fraction }));

  test('of a thousand digits is none', () => expect(readDecimal('1e1001')).toBeNull());

  test('that would be longer written out is counted as written out', () => {
    const many = (count: number) => `[${Array.from({ length: count }, () => '1e399').join(',')}]`;
    expect(documentProblem(many(150))).toBeNull();
    expect(documentProblem(many(200))).toContain('written out');
  });
});

test('a document has 65,536 bytes at most', () => {
  const sized = (length: number) => `"${'é'.repeat((length - 2) / 2)}"`;
  expect(documentProblem(sized(65_536))).toBeNull();
  expect(documentProblem(sized(65_538))).toBe('Must be at most 65536 bytes of JSON; it has 65538.');
  const integers = `[${Array.from({ length: 6_000 }, () => '123456789').join(',')}]`;
  expect(documentProblem(integers)).toBeNull();
});
