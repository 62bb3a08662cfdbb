import { expect, it } from 'vitest';
import { watchInstalled } from './drivers.ts';
import { extendExpect } from './matchers.ts';

it('hands a hint on where there is one; jest refuses one that is undefined', async () => {
  const given: unknown[][] = [];
  let matcher: (work: never, hint?: string) => Promise<unknown> = () => Promise.reject(new Error('none'));
  const fake = Object.assign(() => ({ toMatchSnapshot: (...hint: unknown[]) => given.push(hint) }), {
    extend: (matchers: Record<string, typeof matcher>) => {
      matcher = matchers.toMatchQuerySnapshot as typeof matcher;
    },
  });
  watchInstalled(process.cwd());
  extendExpect(fake as never);
  await matcher((() => 1) as never);
  await matcher((() => 1) as never, 'list');
  expect(given).toEqual([[], ['list']]);
});
