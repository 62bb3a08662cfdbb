import { connectOwner, type OwnerClient } from 'altiplano';
import { withOwner } from 'altiplano/testing';
import { median, percentiles, round } from '../../../measure/samples.ts';
import { makeRow, type Row } from '../../../result/result.ts';
import type { Bed, Section } from '../bed.ts';

interface Written {
  readonly name: string;
  /** What is timed. */
  readonly does: string;
  /** Takes it back; not timed. */
  readonly undoes: string;
}

const CUSTOMER =
  "workspace_id = bench.key('workspace', 0) and id = bench.key('customer', bench.place(($1::bigint * 7919) % bench.size(false), false))";
const toggle = (assignment: string) => `update callbot.customer set ${assignment} where ${CUSTOMER}`;
const insert = (rows: number) => `
  insert into callbot.customer (id, workspace_id, name, email, phone, carrier, status, quality, call_status, is_test, checked, duration, other_attributes)
  select bench.key('written', $1::bigint * 1000 + i), bench.key('workspace', 0), 'Bench Kowalski', 'bench.' || i || '@example.org', '+84123456789',
    'Viettel', 'active', 'hot', 'pending', false, true, i, '{"city": "Hanoi", "plan": "free", "score": 3}'
  from generate_series(1, ${rows}) i`;
const remove = (rows: number) => `
  delete from callbot.customer where id in (select bench.key('written', $1::bigint * 1000 + i) from generate_series(1, ${rows}) i)`;

/** Nobody has it before: taken back is what was done, and nothing else. */
const LABEL = "bench.key('label', -1)";
const MAKE_LABEL = `insert into callbot.label (id, workspace_id, name) values (${LABEL}, bench.key('workspace', 0), 'Bench label')`;
const DROP_LABEL = `delete from callbot.label where id = ${LABEL}`;

const CASES: readonly Written[] = [
  { name: 'insert a customer', does: insert(1), undoes: remove(1) },
  { name: 'insert 100 customers', does: insert(100), undoes: remove(100) },
  { name: 'update a facet', does: toggle('checked = not checked'), undoes: toggle('checked = not checked') },
  { name: 'update a range', does: toggle('duration = duration + 1'), undoes: toggle('duration = duration - 1') },
  {
    name: 'update a searched text',
    does: toggle("name = name || ' Bench'"),
    undoes: toggle('name = left(name, length(name) - 6)'),
  },
  {
    name: 'update attributes',
    does: toggle(`other_attributes = other_attributes || '{"bench": "1"}'`),
    undoes: toggle("other_attributes = other_attributes - 'bench'"),
  },
  {
    name: 'update nothing that is filtered',
    does: toggle("updated_at = updated_at + interval '1 second'"),
    undoes: toggle("updated_at = updated_at - interval '1 second'"),
  },
  {
    name: 'link a label',
    does: `insert into callbot.customer_campaign_labels (workspace_id, customer_id, label_id)
      select workspace_id, id, ${LABEL} from callbot.customer where ${CUSTOMER}`,
    undoes: `delete from callbot.customer_campaign_labels where customer_id = bench.key('customer', bench.place(($1::bigint * 7919) % bench.size(false), false)) and label_id = ${LABEL}`,
  },
];

/** What bitmaps add to a write: the same writes in turns with their triggers and without, each durable, then taken back. */
export const bitmapWrites: Section = {
  name: 'bitmap-writes',
  async *measure(bed) {
    // Its server folds meanwhile, as in production.
    await bed.instruments();
    const triggers = await readTriggers(bed);
    if (triggers.length === 0) {
      bed.note('SKIPPED: bitmap-writes: no trigger of a bitmap on customer');
      return;
    }
    const client = await connectOwner(bed.url());
    try {
      await client.query(`${DROP_LABEL}; ${MAKE_LABEL}`);
      for (const [done, subject] of CASES.entries()) {
        bed.tell({ name: 'bitmap-writes', done, total: CASES.length });
        yield await measurePairs(bed, client, subject, triggers);
      }
    } finally {
      await switchTriggers(client, triggers, 'enable');
      await client.query(DROP_LABEL);
      await client.end();
    }
  },
};

/** Blocks of each kind in turns: switching triggers ends every cached plan, so a block's first write is not timed. */
const BLOCK = 10;

async function measurePairs(
  bed: Bed,
  client: OwnerClient,
  { name, does, undoes }: Written,
  triggers: readonly Trigger[],
): Promise<readonly Row[]> {
  const times: Record<'enable' | 'disable', number[]> = { enable: [], disable: [] };
  const ratios: number[] = [];
  let turn = 1;
  for (let pair = 0; pair < Math.ceil(bed.effort.writePairs / BLOCK); pair++) {
    const blocks: number[] = [];
    for (const way of ['enable', 'disable'] as const) {
      await switchTriggers(client, triggers, way);
      const block: number[] = [];
      for (let write = 0; write <= BLOCK; write++, turn++) {
        const started = performance.now();
        await client.query({ name: `does ${name}`, text: does, values: [turn] });
        if (write > 0) block.push(performance.now() - started);
        // Within the same block: what no trigger saw come, none sees go.
        await client.query({ name: `undoes ${name}`, text: undoes, values: [turn] });
      }
      times[way].push(...block);
      blocks.push(median(block));
    }
    ratios.push((blocks[0] ?? 0) / (blocks[1] ?? Number.NaN));
  }
  const named = { case: `bitmap-writes: ${name}`, size: bed.big.size };
  const share = `with bitmaps ${round(median(ratios))} × without, ${round(Math.min(...ratios))} to ${round(Math.max(...ratios))} over ${ratios.length} pairs of ${BLOCK}; aim ≤ 1.30`;
  return [
    makeRow({ ...named, variant: 'altiplano', ...percentiles(times.enable), note: share }),
    makeRow({ ...named, variant: 'without bitmaps', ...percentiles(times.disable) }),
  ];
}

interface Trigger {
  readonly table: string;
  readonly trigger: string;
}

async function readTriggers({ url }: Bed): Promise<readonly Trigger[]> {
  return withOwner(url(), async (client) => {
    const { rows } = await client.query<Trigger>(
      `select t.tgrelid::regclass::text as table, quote_ident(t.tgname) as trigger
       from pg_trigger t join pg_proc p on p.oid = t.tgfoid
       where not t.tgisinternal and p.proname like 'customer\\_bitmap%'`,
    );
    return rows;
  });
}

async function switchTriggers(
  client: OwnerClient,
  triggers: readonly Trigger[],
  way: 'enable' | 'disable',
): Promise<void> {
  for (const { table, trigger } of triggers) await client.query(`alter table ${table} ${way} trigger ${trigger}`);
}
