import pg from 'pg';
import { expect, test } from 'vitest';
import { translate } from './sqlstate.ts';

function failed(code: string): pg.DatabaseError {
  return Object.assign(new pg.DatabaseError('', 0, 'error'), { code });
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
