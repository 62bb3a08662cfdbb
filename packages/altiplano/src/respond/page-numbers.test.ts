import { expect, test } from 'vitest';
import { numbered } from '../resource/envelope.ts';
import { numberedMembers } from './page-numbers.ts';

const FIELD = numbered({
  items: 'items',
  total: 'total_count',
  size: 'page_size',
  page: 'current_page',
  pages: 'total_pages',
  next: 'has_next',
  previous: 'has_previous',
});

const said = (page: number, size: number, total: number, lenient: boolean) =>
  numberedMembers(FIELD, { number: { page, lenient }, size }, { items: null, count: String(total) }).join();

test.each([
  [1, 25, 0, true, '0,"page_size":25,"current_page":1,"total_pages":1,"has_next":false,"has_previous":false'],
  [9, 25, 0, true, '0,"page_size":25,"current_page":1,"total_pages":1,"has_next":false,"has_previous":false'],
  [2, 25, 50, true, '50,"page_size":25,"current_page":2,"total_pages":2,"has_next":false,"has_previous":true'],
  [2, 25, 51, true, '51,"page_size":25,"current_page":2,"total_pages":3,"has_next":true,"has_previous":true'],
  [Infinity, 1, 3, true, '3,"page_size":1,"current_page":3,"total_pages":3,"has_next":false,"has_previous":true'],
  [7, 10, 3, false, '3,"page_size":10,"current_page":7,"total_pages":1,"has_next":false,"has_previous":true'],
  [1, 10, 11, false, '11,"page_size":10,"current_page":1,"total_pages":2,"has_next":true,"has_previous":false'],
])('page %d of %d rows of %d', (page, size, total, lenient, members) => {
  expect(said(page, size, total, lenient)).toBe(`"items":[],"total_count":${members}`);
});

test('members come in the order declared, and only those', () => {
  const envelope = numbered({ items: 'items', total: 'total', page: 'page', size: 'size', next: 'has_next' });
  const rows = { items: '{"a":1}', count: '9007199254740992' };
  expect(`{${numberedMembers(envelope, { number: { page: 1, lenient: false }, size: 20 }, rows)}}`).toBe(
    '{"items":[{"a":1}],"total":9007199254740992,"page":1,"size":20,"has_next":true}',
  );
});
