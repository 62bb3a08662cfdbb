import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DEEPEST, findFault, MOST_VALUES, WIDEST } from './json-text.ts';

const nested = (depth: number): string => '['.repeat(depth) + ']'.repeat(depth);

describe('a fault of a body', () => {
  test.each([
    ['a member twice', '{"a":1,"a":2}', 'a'],
    ['twice, spelled differently', '{"a":1,"\\u0061":2}', 'a'],
    ['twice, further in', '{"items":[{"b":1},{"b":{"c":1,"c":1}}]}', 'items.1.b.c'],
    ['a name of one’s prototype', '{"__proto__":1,"__proto__":2}', '__proto__'],
    ['too deep', `{"a":${nested(DEEPEST)}}`, `a${'.0'.repeat(DEEPEST - 1)}`],
  ])('%s', (_name, text, path) => expect(findFault(text)?.path).toBe(path));

  test.each([
    ['{"a":{"b":1},"b":{"a":1},"c":["a","a",{"a":"a"}]}'],
    ['{"a":"\\ud83d\\ude00","b":"\\\\u0000","c":"\\"a\\":","d":"\\\\"}'],
    [`{"a":${nested(DEEPEST - 1)},"b":1e308,"c":-0.0e-300,"d":1E+5}`],
    ['{"__proto__":1,"constructor":{"__proto__":null}}'],
  ])('is none: %s', (text) => {
    expect(findFault(text)).toBeNull();
    JSON.parse(text);
  });

  const list = (length: number, element: string) => `[${Array.from({ length }, () => element).join(',')}]`;
  const object = (length: number) => `{${Array.from({ length }, (_, index) => `"${index}":0`).join(',')}}`;

  test('is a list or an object of too many values, and not one fewer', () => {
    for (const element of ['0', '""', '[]', '{}']) {
      expect(findFault(`{"a":{"b":${list(WIDEST, element)}}}`)).toBeNull();
      expect(findFault(`{"a":{"b":${list(WIDEST + 1, element)}}}`)).toMatchObject({ path: 'a.b', isParseable: false });
    }
    expect(findFault(`{"a":${object(WIDEST)}}`)).toBeNull();
    expect(findFault(`{"a":${object(WIDEST + 1)}}`)).toMatchObject({ path: 'a', isParseable: false });
  });

  test('is too many values in all, whatever fault came before', () => {
    const body = `{"b":1,"b":1,"a":${list(WIDEST, list(WIDEST, '0'))}}`;
    expect(findFault(body)).toEqual({
      path: '',
      problem: `it holds more than ${MOST_VALUES} values.`,
      isParseable: false,
    });
  });

  test('is none of what JSON.stringify writes', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 10 }), (value) => {
        expect(findFault(JSON.stringify(value))).toBeNull();
      }),
    );
  });

  test('is looked for in any text without failing, in linear time', () => {
    fc.assert(fc.property(fc.string({ unit: fc.constantFrom(...'{}[]",:\\0-eu1 a') }), (text) => void findFault(text)));
    for (const text of ['"', '[', '{"a":', '\\"', '-', '"\\', '{"', ',', 'a', '0.']) {
      const started = process.cpuUsage();
      findFault(text.repeat(10_000_000 / text.length));
      expect(process.cpuUsage(started).user, text).toBeLessThan(3_000_000);
    }
  });
});
