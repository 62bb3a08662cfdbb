import { describe, expect, test } from 'vitest';
import { Failure } from './failure.ts';
import { asFailure, problemHeaders, toProblem } from './problem.ts';

describe('a problem document', () => {
  test('has the members of RFC 9457 and ours, and `errors` only when there are any', () => {
    expect(toProblem(new Failure('REQ_METHOD', { values: { method: 'PUT', allowed: 'GET' } }), 'r1')).toEqual({
      type: '/errors/REQ_METHOD',
      title: 'Method Not Allowed',
      status: 405,
      detail: "Method 'PUT' not allowed.",
      code: 'REQ_METHOD',
      hint: 'Allowed here: GET.',
      request_id: 'r1',
    });
    const invalid = new Failure('REQ_INVALID', { errors: { page_size: ['Must be more.'] } });
    expect(toProblem(invalid, 'r2').errors).toEqual({ page_size: ['Must be more.'] });
  });
});

describe('what was thrown', () => {
  test('stays what it is when it is of the catalogue', () => {
    const failure = new Failure('AUTH_MISSING');
    expect(asFailure(failure)).toBe(failure);
  });

  test.each([new Error('password=hunter2'), 'hunter2', null, undefined, { detail: 'hunter2' }])(
    'tells nothing of itself otherwise: %s',
    (thrown) => {
      const problem = toProblem(asFailure(thrown), 'r');
      expect(problem).toMatchObject({ status: 500, code: 'EXEC_INTERNAL', title: 'Internal Server Error' });
      expect(JSON.stringify(problem)).not.toContain('hunter2');
    },
  );
});

describe('headers', () => {
  test('say how to authenticate and when to come back, and that nobody may keep the refusal', () => {
    expect(problemHeaders(new Failure('AUTH_INVALID'))).toMatchObject({
      'content-type': 'application/problem+json; charset=utf-8',
      'www-authenticate': 'Bearer',
      'cache-control': 'no-store',
    });
    expect(problemHeaders(new Failure('EXEC_UNAVAILABLE'))).toHaveProperty('retry-after');
    expect(problemHeaders(new Failure('REQ_INVALID'))).not.toHaveProperty('retry-after');
    expect(problemHeaders(new Failure('REQ_INVALID'))).not.toHaveProperty('www-authenticate');
  });
});
