import { expect, test } from 'vitest';
import { explainStatement } from './explain.ts';
import type { Pool } from './pool.ts';

/** A connection whose runs read so many buffers, one pair of figures and printed plan after the other. */
function poolReading(pairs: readonly (readonly [figures: number, printed: number])[]): Pool {
  let asked = 0;
  const line = (text: unknown) => ({ rows: [{ 'QUERY PLAN': text }] });
  const query = async (text: string) => {
    if (!text.startsWith('execute')) return { rows: [] };
    const [figures, printed] = pairs[asked++ % pairs.length] ?? [0, 0];
    const plan = { 'Shared Hit Blocks': figures, 'Shared Read Blocks': 0, 'Temp Written Blocks': 0 };
    const text18 = `Limit\n  Buffers: shared hit=${printed - 1} read=1, temp read=9\nPlanning:\n  Buffers: shared hit=300`;
    return [{ rows: [] }, line([{ Plan: plan, 'Execution Time': 1 }]), line(text18)];
  };
  return { connect: async () => ({ query, release: () => {} }) } as unknown as Pool;
}

const explain = (...pairs: Parameters<typeof poolReading>[0]) =>
  explainStatement(poolReading(pairs), { tenant: 't', caller: 'c' } as never, { text: 'select', values: [] } as never);

test('figures are those two runs agree on; planning is not the statement', async () => {
  expect(await explain([580, 276], [276, 580], [276, 276])).toMatchObject({ buffers: 276 });
  expect((await explain([276, 276])).text).toMatch(/^Limit/);
});

test('where no two agree, the least is given, and that is said', async () => {
  const { buffers, text } = await explain([580, 610], [279, 590], [610, 580]);
  expect(buffers).toBe(279);
  expect(text).toMatch(/^-- No two of 20 runs read as much/);
});
