import { describe, expect, test } from 'vitest';
import { Failure } from '../errors/failure.ts';
import { retrying } from './retry.ts';

function failing(times: number, failure: Failure) {
  let calls = 0;
  const work = async () => {
    calls += 1;
    if (calls <= times) throw failure;
    return calls;
  };
  return { work, calls: () => calls };
}

const conflict = new Failure('EXEC_CONFLICT');

describe('work that others got in the way of', () => {
  test('is done again, three times at most', async () => {
    expect(await retrying(failing(3, conflict).work)).toBe(4);
    const hopeless = failing(9, conflict);
    await expect(retrying(hopeless.work)).rejects.toBe(conflict);
    expect(hopeless.calls()).toBe(4);
  });

  test('is not done again for any other reason', async () => {
    const refused = failing(9, new Failure('REQ_INVALID'));
    await expect(retrying(refused.work)).rejects.toThrow();
    expect(refused.calls()).toBe(1);
  });
});
