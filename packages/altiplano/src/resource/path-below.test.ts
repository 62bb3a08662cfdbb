import { expect, test } from 'vitest';
import { pathBelow } from './path-below.ts';

test.each([
  ['/tasks/', ':id/', '/tasks/:id/'],
  ['/tasks/', '', '/tasks/'],
  ['/tasks', ':id/', '/tasks/:id'],
  ['/tasks', 'bulk/', '/tasks/bulk'],
  ['/tasks', ':id/labels/:label_id/', '/tasks/:id/labels/:label_id'],
  ['/tasks', '', '/tasks'],
])('below %s, %j is %s', (path, rest, below) => {
  expect(pathBelow(path, rest)).toBe(below);
});
