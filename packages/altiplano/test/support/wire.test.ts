import pg from 'pg';
import { afterEach, describe, expect, inject, it } from 'vitest';
import { openWire, type Wire } from './wire.ts';

const opened: { close: () => Promise<void> }[] = [];
afterEach(async () => {
  for (const { close } of opened.splice(0).reverse()) await close();
});

async function open(delay: number): Promise<{ wire: Wire; client: pg.Client }> {
  const wire = await openWire(inject('adminUrl'), delay);
  const client = new pg.Client({ connectionString: wire.url, pipeline: true });
  await client.connect();
  opened.push(wire, { close: () => client.end() });
  wire.take();
  return { wire, client };
}

const STEPS = [
  { text: 'begin read only' },
  { text: "select set_config('altiplano.tenant', $1, true)", values: ['none'] },
  { name: 'numbers', text: 'select generate_series(1, $1::int)', values: ['50000'] },
  { text: 'commit' },
];

describe('the counting wire', () => {
  it('finds one round trip where everything is sent at once, prepared before or not', async () => {
    const { wire, client } = await open(1);
    for (let turn = 0; turn < 3; turn++) {
      await Promise.all(STEPS.map((step) => client.query(step)));
      expect(wire.take()).toEqual({ statements: 1, roundTrips: 1 });
    }
  });

  it.each([0, 1])('finds one for each step that waits for the one before (delay %i ms)', async (delay) => {
    const { wire, client } = await open(delay);
    for (const step of STEPS) await client.query(step);
    expect(wire.take()).toEqual({ statements: 1, roundTrips: 4 });
  });

  it('counts every statement but those of the transaction, failed ones too', async () => {
    const { wire, client } = await open(0);
    await client.query('select 1');
    await client.query({ name: 'twice', text: 'select 2' });
    await client.query({ name: 'twice', text: 'select 2' });
    await expect(client.query('select 1 / 0')).rejects.toThrow(/division by zero/);
    expect(wire.take().statements).toBe(4);
  });

  it('makes answers later', async () => {
    const { client } = await open(30);
    const started = performance.now();
    await client.query('select 1');
    expect(performance.now() - started).toBeGreaterThan(29);
  });
});
