import { expect, test } from 'vitest';
import { readTags } from './entity-tags.ts';

test.each([
  ['"a"', ['a']],
  [' "a" , W/"b"\t', ['a', 'W/b']],
  [', ,"a"', ['a']],
  ['"a",, ,"x,y",', ['a', 'x,y']],
  ['""', ['']],
  [' * ', '*'],
  ['', null],
  [' , ', null],
  ['a', null],
  ['"a', null],
  ['"a" "b"', null],
  ['w/"a"', null],
  ['*, "a"', null],
  // A pattern that tries every way to share out spaces would not come back from these.
  [`"a"${', '.repeat(99_999)}!`, null],
  [`${', '.repeat(99_999)}!`, null],
])('tags of %s', (header, expected) => {
  const tags = readTags(header);
  expect(Array.isArray(tags) ? tags.map(({ tag, weak }) => `${weak ? 'W/' : ''}${tag}`) : tags).toEqual(expected);
});
