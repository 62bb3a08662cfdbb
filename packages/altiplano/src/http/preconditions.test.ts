import { expect, test } from 'vitest';
import { hasAlready } from './preconditions.ts';

test.each([
  ['"a"', true],
  ['W/"a"', true],
  ['"b", "a"', true],
  ['"b","x,y" ,, "a"', true],
  [' * ', true],
  ['"b"', false],
  ['a', false],
  ['"a', false],
  ['"a" "b"', false],
  ['w/"a"', false],
  ['*, "a"', false],
  ['', false],
  [undefined, false],
  // A pattern that tries every way to share out spaces would not come back from this.
  [`"a"${', '.repeat(99_999)}!`, false],
])('If-None-Match: %s', (header, expected) => expect(hasAlready(header, '"a"')).toBe(expected));
