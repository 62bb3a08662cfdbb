import pg from 'pg';
import { expect, test } from 'vitest';
import { translate } from './sqlstate.ts';

function failed(code: string, rest: Partial<pg.DatabaseError> = {}): pg.DatabaseError {
  return Object.assign(new pg.DatabaseError('', 0, 'error'), { code, ...rest });
}

test.each([
  ['25006', 'EXEC_UNAVAILABLE'], // a standby, or a primary that was made read-only
  ['53100', 'EXEC_UNAVAILABLE'],
  ['53200', 'EXEC_UNAVAILABLE'],
  ['53300', 'EXEC_UNAVAILABLE'],
  ['57P01', 'EXEC_UNAVAILABLE'],
  ['25001', 'EXEC_INTERNAL'],
  ['42P01', 'EXEC_INTERNAL'],
])('%s is %s', (state, code) => {
  expect(translate(failed(state), undefined, true).code).toBe(code);
});

test('what a trigger of the app says is told, with the column it names', () => {
  const cause = failed('ALT04', { message: 'The last owner cannot leave.', column: 'role' });
  const refused = translate(cause, undefined, true);
  expect(refused).toMatchObject({ code: 'REQ_CONFLICT', message: 'The last owner cannot leave.', status: 409 });
  expect(refused.errors).toEqual({ role: ['The last owner cannot leave.'] });
});

test('a row that is referred to stays; one that refers to nothing is tried again', () => {
  expect(translate(failed('23503', { table: 'project' }), undefined, true, 'member').code).toBe('REQ_REFERRED');
  expect(translate(failed('23001', { table: 'project' }), undefined, true, 'member').code).toBe('REQ_REFERRED');
  expect(translate(failed('23503', { table: 'project' }), undefined, true).code).toBe('EXEC_CONFLICT');
});

test('of what is there already the index is told, and nothing to a reader', () => {
  const cause = failed('23505', { constraint: 'member_email_key' });
  expect(translate(cause, undefined, true)).toMatchObject({ code: 'REQ_TAKEN', status: 409 });
  expect(translate(cause).code).toBe('EXEC_INTERNAL');
});
