import { expect, test } from 'vitest';
import { troubleOf } from './trouble.ts';

test.each([
  [401, 'sign-in'],
  [403, 'forbidden'],
  [404, 'missing'],
  [500, 'server'],
  [503, 'server'],
])('a %d is %s, and says what to do', (status, kind) => {
  for (const body of [null, 'text', {}, { detail: '' }, { detail: 7 }]) {
    const trouble = troubleOf(status, body);
    expect(trouble.kind).toBe(kind);
    expect(trouble.title).not.toBe('');
    expect(trouble.advice).not.toBe('');
  }
});

test('what the server says of it is shown', () => {
  const body = { detail: 'Token is expired.', hint: 'altiplano token prints one.' };
  expect(troubleOf(401, body)).toMatchObject({ title: body.detail, advice: body.hint });
  expect(troubleOf(500, body).title).toBe('The server answered 500: Token is expired.');
});
