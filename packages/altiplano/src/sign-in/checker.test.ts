import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { passwordChecker, Turns } from './checker.ts';
import { hashPassword } from './password.ts';

const never = new AbortController().signal;

test('no more than two at once, in the order they came', async () => {
  const turns = new Turns();
  let under = 0;
  let most = 0;
  const order: number[] = [];
  const work = (index: number) => async () => {
    most = Math.max(most, ++under);
    order.push(index);
    await sleep(1);
    under -= 1;
  };
  await Promise.all(Array.from({ length: 30 }, (_, index) => turns.take(work(index), never)));
  expect([most, order]).toEqual([2, Array.from({ length: 30 }, (_, index) => index)]);
});

test('a turn that fails is handed on, and so is that of whoever has left', async () => {
  const turns = new Turns(1);
  const failing = turns.take(() => Promise.reject(new Error('no')), never);
  const left = turns.take(async () => 'done', AbortSignal.abort());
  const last = turns.take(async () => 'done', never);
  await expect(failing).rejects.toThrow('no');
  await expect(left).rejects.toMatchObject({ code: 'EXEC_CANCELLED' });
  expect(await last).toBe('done');
});

test('whoever leaves the line makes room in it at once', async () => {
  const turns = new Turns(1);
  let release = () => {};
  const first = turns.take(() => new Promise<void>((resolve) => (release = resolve)), never);
  const gone = new AbortController();
  const began: string[] = [];
  const waiting = Array.from({ length: 64 }, (_, index) =>
    turns.take(async () => void began.push(`waited ${index}`), index < 10 ? gone.signal : never),
  );
  const settled = Promise.allSettled(waiting);
  gone.abort();
  // Ten have left, so ten more find a place, while the first is still at it.
  const late = Array.from({ length: 10 }, () => turns.take(async () => void began.push('late'), never));
  await expect(turns.take(async () => {}, never)).rejects.toMatchObject({ code: 'AUTH_BUSY' });
  release();
  await Promise.all([first, ...late]);
  const outcomes = await settled;
  expect(outcomes.map(({ status }) => status)).toEqual(
    outcomes.map((_, index) => (index < 10 ? 'rejected' : 'fulfilled')),
  );
  expect(began).toEqual([
    ...Array.from({ length: 54 }, (_, index) => `waited ${index + 10}`),
    ...Array(10).fill('late'),
  ]);
});

test('who would wait for too long is told so at once', async () => {
  const turns = new Turns(1);
  let release = () => {};
  const first = turns.take(() => new Promise<void>((resolve) => (release = resolve)), never);
  const waiting = Array.from({ length: 64 }, () => turns.take(async () => {}, never));
  await expect(turns.take(async () => {}, never)).rejects.toMatchObject({ code: 'AUTH_BUSY', status: 503 });
  release();
  await Promise.all([first, ...waiting]);
  expect(await turns.take(async () => 'free', never)).toBe('free');
});

test('to say no takes what all former costs come to, of two at most and of none that is dearer', async () => {
  const derived: string[] = [];
  const checker = passwordChecker(new Turns(), { ln: 4, r: 1, p: 1 }, (one) => {
    if (one.kind === 'password.derived') derived.push(`${one.cost.slice(3, 4)}`);
  });
  const refuse = async (digest: string | null) => {
    derived.length = 0;
    expect(await checker.inTurn(never, ({ check }) => check('wrong', digest))).toBe(false);
    return derived.join(' ');
  };
  const digestOf = (ln: number) => hashPassword('right', { cost: { ln, r: 1, p: 1 } });
  expect(await refuse(null)).toBe('4');
  expect(await refuse(await digestOf(5))).toBe('5 4');
  expect(await refuse(null)).toBe('4');
  expect(await refuse(await digestOf(2))).toBe('2 4');
  expect([await refuse(null), await refuse(await digestOf(4))]).toEqual(['4 2', '4 2']);
  expect(await refuse(await digestOf(3))).toBe('3 4 2');
  expect(await refuse(await digestOf(1))).toBe('1 4 2 3');
  expect([await refuse(null), await refuse(await digestOf(2))]).toEqual(['4 2 3', '2 4 3']);
});
