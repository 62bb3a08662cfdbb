import { setTimeout as sleep } from 'node:timers/promises';
import { connectOwner, type OwnerClient } from 'altiplano';
import { readStatus, withOwner } from 'altiplano/testing';
import { round } from '../../../measure/samples.ts';
import { makeRow } from '../../../result/result.ts';
import type { Bed, Section } from '../bed.ts';

const SESSIONS = 4;

/** Calls of $1 statements so far, $2 rows each; numbers no call of the load has, so that they can be found again. */
const INSERT = `
  insert into callbot.call (id, workspace_id, customer_id, direction, status, duration, duration_seconds, call_type, billing_rate)
  select bench.key('insert', $1::bigint * 1000 + i), bench.key('workspace', 0),
    bench.key('customer', bench.place(case when $3 then bench.size(false) / 2 else ($1::bigint * 7919 + i * 104729) % bench.size(false) end, false)),
    'outbound', 'completed', 61.4, 61, 'direct', 0.1250
  from generate_series(0, $2::int - 1) as i`;

const KINDS = [
  { name: 'one call a statement', rows: 1, busy: false },
  { name: '100 calls a statement', rows: 100, busy: false },
  { name: '100 calls a statement, all of the busiest customer', rows: 100, busy: true },
] as const;

/** Calls a second that four sessions insert, with the triggers that keep the rollups and without. */
export const inserts: Section = {
  name: 'inserts',
  async *measure(bed) {
    // Its server folds meanwhile, as in production.
    await bed.instruments();
    // A killed run may have left them off.
    await switchTriggers(bed, 'enable');
    const triggers = await readTriggers(bed);
    if (triggers.length === 0) bed.note('SKIPPED: insert rates without rollups: no trigger on call to take away');
    let next = 0;
    for (const { name, rows, busy } of KINDS) {
      const rates: number[] = [];
      for (const enabled of triggers.length === 0 ? [true] : [true, false]) {
        if (!enabled) {
          await settle(bed);
          await switchTriggers(bed, 'disable');
        }
        const from = next;
        try {
          const rate = await measureRate(bed, rows, busy, () => next++);
          rates.push(rate);
          const share = enabled ? null : `with rollups ${((rates[0] ?? 0) / rate).toFixed(2)} of it, aim ≥ 0.50`;
          yield [
            makeRow({
              case: `inserts: ${name}`,
              variant: enabled ? 'altiplano' : 'without rollups',
              size: bed.big.size,
              rps: round(rate),
              note: [`calls a second, ${SESSIONS} sessions, durable`, share].filter(Boolean).join('; '),
            }),
          ];
        } finally {
          // With the triggers as they were when the rows came: the figures are left as they were found.
          await remove(bed, from, next);
          if (!enabled) await switchTriggers(bed, 'enable');
        }
      }
    }
  },
};

async function measureRate(bed: Bed, rows: number, busy: boolean, next: () => number): Promise<number> {
  const clients = await Promise.all(Array.from({ length: SESSIONS }, () => connectOwner(bed.url())));
  const begin = performance.now();
  let written = 0;
  const loop = async (client: OwnerClient) => {
    while (performance.now() - begin < bed.effort.insertSeconds * 1000) {
      await client.query({ name: 'insert', text: INSERT, values: [next(), rows, busy] });
      written += rows;
    }
  };
  try {
    await Promise.all(clients.map(loop));
    return (written * 1000) / (performance.now() - begin);
  } finally {
    await Promise.all(clients.map((client) => client.end()));
  }
}

const SETTLED_MS = 180_000;

/** Until nothing is left to fold: what is folded while the triggers are off would take in rows they never saw. */
async function settle({ url }: Bed): Promise<void> {
  const deadline = performance.now() + SETTLED_MS;
  await withOwner(url(), async (client) => {
    for (;;) {
      const { rollups } = await readStatus(client, ['callbot']);
      if (rollups.every(({ unfolded }) => unfolded === 0)) return;
      if (performance.now() > deadline) throw new Error(`rollups were not folded within ${SETTLED_MS / 1000} s`);
      await sleep(200);
    }
  });
}

async function readTriggers({ url }: Bed): Promise<readonly string[]> {
  return withOwner(url(), async (client) => {
    const { rows } = await client.query<{ tgname: string }>(
      "select tgname from pg_trigger where tgrelid = 'callbot.call'::regclass and not tgisinternal",
    );
    return rows.map(({ tgname }) => tgname);
  });
}

async function switchTriggers({ url }: Bed, way: 'enable' | 'disable'): Promise<void> {
  await withOwner(url(), (client) => client.query(`alter table callbot.call ${way} trigger user`));
}

async function remove({ url }: Bed, from: number, to: number): Promise<void> {
  await withOwner(url(), (client) =>
    client.query(
      `delete from callbot.call where id in (
         select bench.key('insert', n * 1000 + i) from generate_series($1::bigint, $2::bigint) as n, generate_series(0, 99) as i)`,
      [from, to],
    ),
  );
}
