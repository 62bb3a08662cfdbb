import { expect, test } from 'vitest';
import { describeError } from '../http/describe-error.ts';
import { problemOf } from '../jobs/problem.ts';

const SECRET = 'somebody@example.org';
const thrown = (work: () => unknown): unknown => {
  try {
    return work();
  } catch (error) {
    return error;
  }
};

test.each([
  ['what JSON.parse could not read', thrown(() => JSON.parse(SECRET))],
  ['a value of a row', Object.assign(new Error(`Key (email)=(${SECRET})`), { code: '23505' })],
  ['the cause of something harmless', new Error('no row', { cause: thrown(() => JSON.parse(SECRET)) })],
])('neither a log line nor the end of a job quotes %s', (_, error) => {
  expect(error).toBeInstanceOf(Error);
  expect(JSON.stringify(describeError(error))).not.toContain('somebody');
  expect(problemOf(error)).not.toContain('somebody');
});

test('what quotes nothing is told', () => {
  expect(problemOf(new Error('the stone is broken'))).toBe('Error: the stone is broken');
  expect(describeError(new Error('the stone is broken')).message).toBe('the stone is broken');
});
