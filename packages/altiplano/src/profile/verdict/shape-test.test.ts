import { expect, test, vi } from 'vitest';
import { shapeTest } from './shape-test.ts';

test('a shape is looked through once, and what came of it is remembered', () => {
  const pattern = /\boffset \?/;
  const look = vi.spyOn(pattern, 'test');
  const hasOffset = shapeTest(pattern);
  const asked = ['select ? offset ?', 'select ?', 'select ? offset ?', 'select ?'];
  expect([asked.map(hasOffset), look.mock.calls.length]).toEqual([[true, false, true, false], 2]);
});
