import { withOwner } from 'altiplano/testing';
import { openConnection, type Question } from '../../../measure/http-connection.ts';
import { percentiles } from '../../../measure/samples.ts';
import { makeRow, type Row } from '../../../result/result.ts';
import type { Tenant } from '../../callbot-read/tenants.ts';
import type { Bed, Section } from '../bed.ts';
import { type Made, WRITE_CASES, type WriteCase } from './write-cases.ts';

/** Every kind of write over one connection, durable; what was made is taken away again. */
export const writes: Section = {
  name: 'writes',
  async *measure(bed) {
    const { askerOf, api } = await bed.instruments();
    const tenant = await busyTenant(bed);
    const { token } = await askerOf(tenant.admin);
    const made: Made = { customers: [], calls: [] };
    try {
      for (const [done, subject] of WRITE_CASES.entries()) {
        bed.tell({ name: 'writes', done, total: WRITE_CASES.length });
        yield [await measureWrite(bed, subject, tenant, made, questioner(api.origin, token))];
      }
      bed.tell({ name: 'writes', done: WRITE_CASES.length, total: WRITE_CASES.length });
    } finally {
      await removeMade(bed);
    }
  },
};

/** The big workspace, its customer the one with the most calls. */
export async function busyTenant({ url, big }: Pick<Bed, 'url' | 'big'>): Promise<Tenant> {
  return withOwner(url(), async (client) => {
    const { rows } = await client.query(
      "select bench.key('customer', bench.place(bench.size(false) / 2, false))::text as customer",
    );
    return { ...big, customer: rows[0].customer };
  });
}

/** A write's question, with the token and as JSON. */
export function questioner(origin: string, token: string) {
  return ({ path, content, method = 'POST' }: ReturnType<WriteCase['ask']>): Question => ({
    url: origin + path,
    method,
    headers: {
      authorization: `Bearer ${token}`,
      ...(content === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(content === undefined ? {} : { body: JSON.stringify(content) }),
  });
}

async function measureWrite(
  bed: Bed,
  { name, needs, makes, ask, target }: WriteCase,
  tenant: Tenant,
  made: Made,
  questionOf: ReturnType<typeof questioner>,
): Promise<Row> {
  const named = { case: `write: ${name}`, variant: 'altiplano', size: tenant.size };
  const connection = openConnection();
  const samples: number[] = [];
  try {
    for (let turn = 0; turn < bed.effort.writes + 1 && made.customers.length >= needs; turn++) {
      const started = performance.now();
      const { status, body } = await connection.ask(questionOf(ask(tenant, made, turn)));
      const took = performance.now() - started;
      if (status >= 400) return skipped(bed, named, status, body);
      if (makes !== undefined) made[makes].push(...idsOf(body));
      // The first one prepares its statements.
      if (turn > 0) samples.push(took);
    }
  } finally {
    connection.close();
  }
  if (samples.length === 0)
    return makeRow({ ...named, note: `skipped: needs ${needs} customers that could not be made` });
  const rps = Math.round((samples.length * 1000) / samples.reduce((sum, took) => sum + took, 0));
  return makeRow({ ...named, ...percentiles(samples), rps, note: target === null ? null : `aim ≤ ${target} ms` });
}

function skipped(bed: Bed, named: Pick<Row, 'case' | 'variant' | 'size'>, status: number, body: string): Row {
  bed.note(`SKIPPED: ${named.case} answered ${status}: ${body.slice(0, 160)}`);
  return makeRow({ ...named, note: `skipped: answered ${status}` });
}

/** A single object, a bulk answer's `items` or `results`, or an array. */
function idsOf(body: string): string[] {
  const answer = JSON.parse(body);
  const items = Array.isArray(answer) ? answer : (answer.items ?? answer.results ?? [answer]);
  return items.map((item: { id: string }) => item.id);
}

/** Everything newer than the load, whose rows end at its anchor. */
export async function removeMade({ url, big }: Pick<Bed, 'url' | 'big'>): Promise<void> {
  await withOwner(url(), async (client) => {
    await client.query(
      `delete from callbot.call
       where workspace_id = $1 and not is_deleted and created_at > bench.anchor() and customer_id in (
         select id from callbot.customer where workspace_id = $1 and created_at > bench.anchor()
         union all select bench.key('customer', bench.place(bench.size(false) / 2, false)))`,
      [big.workspace],
    );
    await client.query('delete from callbot.customer where workspace_id = $1 and created_at > bench.anchor()', [
      big.workspace,
    ]);
  });
}
