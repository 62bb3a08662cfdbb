import { expect, test } from 'vitest';
import { NO_FILTER } from '../requests/filter.ts';
import { above, parsePlace, printPlace, START } from './place.ts';

test.each([
  ['#/requests', {}],
  ['#/requests/4f-1', { id: '4f-1' }],
  ['#/requests/4f-1/queries/12', { id: '4f-1', ordinal: 12 }],
  ['#/routes/GET%20%2Fa%2F%3Aid', { view: 'routes', id: 'GET /a/:id' }],
  ['#/requests?text=a+b&status=5', { filter: { ...NO_FILTER, text: 'a b', status: '5' } }],
  ['#/health', { view: 'health' }],
])('%s is a place, and printed the same', (hash, expected) => {
  const place = parsePlace(hash);
  expect(place).toEqual({ ...START, ...expected });
  expect(printPlace(place)).toBe(hash);
});

test.each(['', '#', '#/', '#/nowhere', '#//', '#/requests/'])('%j is the start', (hash) => {
  expect(parsePlace(hash)).toEqual(START);
});

test('what nobody printed is read as far as it goes', () => {
  expect(parsePlace('#/requests/a/queries/x').ordinal).toBeNull();
  expect(parsePlace('#/requests/%E0%A4%A').id).toBe('%E0%A4%A');
  expect(parsePlace('#/shapes/a/queries/4').ordinal).toBeNull();
});

test('up leads from a query to its request to the list, the filter kept', () => {
  const place = parsePlace('#/requests/a/queries/3?status=5');
  const up = above(place);
  expect(up && printPlace(up)).toBe('#/requests/a?status=5');
  expect(up && above(up) && printPlace(above(up) ?? START)).toBe('#/requests?status=5');
  expect(above(START)).toBeNull();
});
