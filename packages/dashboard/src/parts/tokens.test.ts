import fc from 'fast-check';
import { expect, test } from 'vitest';
import { tokens } from './tokens.ts';

const kinds = (sql: string) =>
  tokens(sql).flatMap(({ kind, text }) => (text.trim() === '' ? [] : [`${kind} ${text.trim()}`]));

test('names the pieces', () => {
  expect(kinds(`SELECT "from", 1.5 from t where a = $1 and b = 'it''s' -- all`)).toEqual([
    'keyword SELECT',
    'word "from"',
    'other ,',
    'number 1.5',
    'keyword from',
    'word t',
    'keyword where',
    'word a',
    'other =',
    'parameter $1',
    'keyword and',
    'word b',
    'other =',
    "text 'it''s'",
    'comment -- all',
  ]);
  expect(kinds('$f$ select $f$ x')).toEqual(['text $f$ select $f$', 'word x']);
  expect(kinds("'not closed")).toEqual(["text 'not closed"]);
});

test('loses and adds nothing, whatever the text', () => {
  const piece = fc.oneof(
    fc.string(),
    fc.constantFrom("'", '"', '$$', '$a$', '--', '/*', '*/', '\n', '$1', 'select', '<img src=x>'),
  );
  fc.assert(
    fc.property(fc.array(piece), (pieces) => {
      const sql = pieces.join('');
      expect(
        tokens(sql)
          .map(({ text }) => text)
          .join(''),
      ).toBe(sql);
    }),
  );
});
