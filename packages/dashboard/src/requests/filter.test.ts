import { expect, test } from 'vitest';
import type { RequestLine } from '../api/types.ts';
import { isEmpty, NO_FILTER, select } from './filter.ts';

const line = (sequence: number, more: Partial<RequestLine>): RequestLine => ({
  sequence,
  id: `id-${sequence}`,
  at: '',
  method: 'GET',
  path: '/customers/',
  route: '/customers/',
  app: 'callbot',
  status: 200,
  total: 1,
  database: 1,
  statements: 1,
  bottleneck: 'mixed',
  verdicts: [],
  kept: true,
  ...more,
});
const lines = [
  line(1, {}),
  line(2, { method: 'POST', status: 409, verdicts: ['duplicate'] }),
  line(3, { path: '/calls/7', route: '/calls/:id', status: null }),
  line(4, { status: 503, verdicts: ['n-plus-one', 'chatty'] }),
];
const found = (filter: Partial<typeof NO_FILTER>) =>
  select(lines, { ...NO_FILTER, ...filter }).map(({ sequence }) => sequence);

test.each([
  [{}, [4, 3, 2, 1]],
  [{ text: 'CALLS' }, [3]],
  [{ text: 'customers post' }, [2]],
  [{ text: '503' }, [4]],
  [{ text: 'id-2' }, [2]],
  [{ text: 'nothing of it' }, []],
  [{ route: 'GET /customers/' }, [4, 1]],
  [{ status: '4' }, [2]],
  [{ status: 'none' }, [3]],
  [{ verdict: 'any' }, [4, 2]],
  [{ verdict: 'chatty' }, [4]],
  [{ verdict: 'any', status: '5', route: 'GET /customers/', text: 'callbot' }, [4]],
])('%j finds %j, newest first', (filter, expected) => {
  expect(found(filter)).toEqual(expected);
});

test('a filter of empty texts is none', () => {
  expect(isEmpty(NO_FILTER)).toBe(true);
  expect(isEmpty({ ...NO_FILTER, status: '5' })).toBe(false);
});
