import { expect, it } from 'vitest';
import { pathOfUrl, routeOfPath } from './route-of-path.ts';

it.each([
  ['/', '/'],
  ['/users/12/pets/3', '/users/:id/pets/:id'],
  ['/a/0b8f0b1e-6f0e-4a53-9d0a-5e2f0c3b8a11/', '/a/:id/'],
  ['/files/d41d8cd98f00b204e9800998ecf8427e', '/files/:id'],
  ['/v1/clients/metrics-of-everything', '/v1/clients/metrics-of-everything'],
  ['/posts/clx3k2j4h0000abcd1234efgh', '/posts/:id'],
  ['/assets/index-4f3a2b1c9d8e7f6a5b4c.js', '/assets/index-4f3a2b1c9d8e7f6a5b4c.js'],
])('%s is %s', (path, route) => {
  expect(routeOfPath(path)).toBe(route);
});

it.each([
  ['/a/b?c=secret#d', '/a/b'],
  ['http://host:1/a?b', '/a'],
  ['http://host', '/'],
  ['*', '*'],
])('of %s the path is %s', (url, path) => {
  expect(pathOfUrl(url)).toBe(path);
});
