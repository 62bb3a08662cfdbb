import { expect, it } from 'vitest';
import { fingerprint } from './fingerprint/fingerprint.ts';
import { literalsOf, withoutValues } from './literals.ts';

const TEXTS: readonly (readonly [string, readonly string[], string])[] = [
  ['select * from t1 where id = 57 and x > 0', ['57', '0'], 'select * from t1 where id = ? and x > 0'],
  [
    `select "Tag"."id", 't''is' from "Tag 7" where x in (11, 2.50, 'b') limit 20 offset 40`,
    ["t'is", '11', '2.50', 'b', '20', '40'],
    `select "Tag"."id", ? from "Tag 7" where x in (?, ?, ?) limit 20 offset 40`,
  ],
  ['select $1, x2 from t /* 9 */ -- 8\nwhere y = 34', ['34'], 'select $1, x2 from t /* 9 */ -- 8\nwhere y = ?'],
  [String.raw`select E'it\'s', $a$ann's$a$, $$b$$`, [String.raw`it\'s`, "ann's", 'b'], 'select ?, ?, ?'],
  ["select 'never closed", ['never closed'], 'select ?'],
  ['commit', [], 'commit'],
];

it.each(TEXTS)('%s', (text, values, bare) => {
  expect(literalsOf(text)).toEqual(values);
  expect(withoutValues(text)).toBe(bare);
});

it.each(TEXTS.filter(([text]) => !text.includes('closed')))('%s keeps its shape without them', (text, _, bare) => {
  expect(fingerprint(bare)).toBe(fingerprint(text));
});

it('hides what is in documents, and looks for no keys there', () => {
  const text = `insert into t values ('${'secret '.repeat(2_000)}')`;
  expect(literalsOf(text)).toEqual([]);
  expect(withoutValues(text)).toBe('insert into t values (?)');
});
