import { expect, it } from 'vitest';
import { fingerprint } from './fingerprint/fingerprint.ts';
import { holdsParameters, literalsOf, withoutValues } from './literals.ts';

const TEXTS: readonly (readonly [string, readonly string[], string])[] = [
  ['select * from t1 where id = 57 and x > 0', ['57', '0'], 'select * from t1 where id = ? and x > 0'],
  [
    `select "Tag"."id", 't''is' from "Tag 7" where x in (11, 2.50, 'b') limit 20 offset 40`,
    ["t'is", '11', '2.50', 'b', '20', '40'],
    `select "Tag"."id", ? from "Tag 7" where x in (?, ?, ?) limit 20 offset 40`,
  ],
  ['select $1, x2 from t /* 9 */ -- 8\nwhere y = 34', ['34'], 'select $1, x2 from t where y = ?'],
  [String.raw`select E'it\'s', $a$ann's$a$, $$b$$`, [String.raw`it\'s`, "ann's", 'b'], 'select ?, ?, ?'],
  [
    String.raw`select 1 from t where x like'a\' and s='secret' and y='k'`,
    ['1', 'a\\', 'secret', 'k'],
    'select 1 from t where x like ? and s= ? and y= ?',
  ],
  [
    String.raw`select date'2020-01-02', E'x\'y', b from t`,
    ['2020-01-02', String.raw`x\'y`],
    'select date ?, ?, b from t',
  ],
  ['select 1e10, 0xFF, 1_000_000, .57, 1.5e-3', ['1e10', '0xFF', '1_000_000', '.57', '1.5e-3'], 'select ?, ?, ?, ?, ?'],
  ['select $größe$secret$größe$', ['secret'], 'select ?'],
  ['select /* a /* secret */ b */ a--secret\n-b from t', [], 'select a -b from t'],
  [
    "select $1 from t where id=57 and m='$5'or data?'k'",
    ['57', '$5', 'k'],
    'select $1 from t where id= ? and m= ? or data? ?',
  ],
  ["select x from t where a in(11,'b')limit 20", ['11', 'b', '20'], 'select x from t where a in(?,?)limit 20'],
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

it('keeps the places of parameters in long texts', () => {
  const text = `insert into t values ${Array.from({ length: 1_000 }, (_, at) => `($${at + 1}, 'secret')`).join(', ')}`;
  expect(withoutValues(text)).toBe(text.replaceAll("'secret'", '?'));
});

it('finds parameters where they are, and not within values', () => {
  expect(['select $1', "select '$5'", 'select $a$ $5 $a$', 'select "a$1"', 'select 1'].map(holdsParameters)).toEqual([
    ...[true, false, false, false, false],
  ]);
});

// A square of them would be ten thousand million steps, which no time limit of a test survives.
it.each(['+', "'", '$a', '/*', '"', '1e+', '+-', "''"])('reads 100,000 characters of %s', (piece) => {
  expect(withoutValues(piece.repeat(100_000 / piece.length)).length).toBeLessThan(300_000);
});
