import { expect, it } from 'vitest';
import { literalsOf } from './literals.ts';

it.each([
  ['select * from t1 where id = 5', ['5']],
  [`select "Tag"."id", 't''is' from "Tag 7" where x in (1, 2.50, 'b')`, ["t'is", '1', '2.50', 'b']],
  ['select $1, x2 from t /* 9 */ -- 8\nwhere y = 3', ['3']],
  ['commit', []],
])('%s', (text, values) => {
  expect(literalsOf(text)).toEqual(values);
});

it('leaves documents alone', () => {
  expect(literalsOf(`insert into t values ('${'x'.repeat(10_000)}')`)).toEqual([]);
});
