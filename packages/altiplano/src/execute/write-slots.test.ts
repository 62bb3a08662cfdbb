import { expect, test } from 'vitest';
import type { Pool } from './pool.ts';
import { MOST_WAITING_WRITES, takeWriteSlot } from './write-slots.ts';

const poolOf = (max: number, connectionTimeoutMillis = 0) => ({ options: { max, connectionTimeoutMillis } }) as Pool;

test.each([
  [1, 1],
  [2, 1],
  [5, 2],
  [10, 5],
])('of %i connections writes hold %i, in the order they came', async (max, most) => {
  const pool = poolOf(max);
  const running: (() => void)[] = [];
  const entered: number[] = [];
  const all = Array.from({ length: most + 3 }, (_, index) =>
    takeWriteSlot(pool).then((leave) => {
      entered.push(index);
      running.push(leave);
    }),
  );
  await new Promise(setImmediate);
  for (let done = 0; done < all.length; done++) {
    expect(running.length - done).toBe(Math.min(most, all.length - done));
    running[done]?.();
    await new Promise(setImmediate);
  }
  expect(entered).toEqual(all.map((_, index) => index));
  await takeWriteSlot(pool);
});

test('who is one too many, waits too long or is gone is refused, and takes no turn', async () => {
  const pool = poolOf(2, 50);
  const leave = await takeWriteSlot(pool);
  const gone = new AbortController();
  const waiting = Array.from({ length: MOST_WAITING_WRITES }, (_, index) =>
    takeWriteSlot(pool, index === 0 ? gone.signal : undefined).then(
      () => 'entered',
      ({ code }: { code: string }) => code,
    ),
  );
  await expect(takeWriteSlot(pool)).rejects.toMatchObject({ code: 'EXEC_OVERLOADED' });
  gone.abort();
  await expect(takeWriteSlot(pool, gone.signal)).rejects.toMatchObject({ code: 'EXEC_CANCELLED' });
  expect(await Promise.race(waiting)).toBe('EXEC_CANCELLED');
  expect(new Set((await Promise.all(waiting)).slice(1))).toEqual(new Set(['EXEC_OVERLOADED']));
  leave();
  (await takeWriteSlot(pool))();
});
