import { whereAll } from 'altiplano/twin';
import { expect, test } from 'vitest';
import { filterReaders } from './filters.ts';
import { readGroups } from './groups.ts';

const readers = filterReaders('links');
const read = (...groups: readonly string[]) => whereAll(readGroups(groups, readers));

test('groups of alternatives', () => {
  expect(read('is_test:true|status__isnull:false', '', 'carrier:a,b')).toEqual({
    text: '(is_test = $1::boolean OR status IS NOT NULL) AND (carrier = ANY($2::text[]))',
    values: [true, ['a', 'b']],
  });
  expect(read('carrier:a\\|b\\\\|carrier:c:\\d').values).toEqual([['a|b\\'], ['c:\\d']]);
  expect(read('other_attributes:a=b=c:d').values).toEqual(['a', 'b=c:d']);
  expect(read('')).toEqual({ text: 'TRUE', values: [] });
});

test('at most a hundred of them', () => {
  const carriers = Array.from({ length: 99 }, (_, index) => index).join(',');
  expect(() => read(`carrier:${carriers}`, 'is_test:true')).not.toThrow();
  expect(() => read(`carrier:${carriers}`, 'is_test:true|carrier:,')).toThrow();
});

test.each(['|', 'a', ':a', 'carrier:', 'carrier:a|', 'status__neq:a', 'duration:1', 'search:abc', 'is_test:1', 'x:1'])(
  '%s is none',
  (group) => expect(() => read(group)).toThrow(),
);
