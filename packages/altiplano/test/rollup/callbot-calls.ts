import { setTimeout as sleep } from 'node:timers/promises';
import { callbot } from '../../../../apps/callbot/app.ts';
import { connectOwner, type OwnerClient, withOwner } from '../../src/execute/owner.ts';
import { type Rollup, rollupsOf } from '../../src/resource/rollup.ts';
import { verifyRollup } from '../../src/rollup/verify.ts';

export const SCHEMA = callbot.schema;
export const ROLLUPS: readonly Rollup[] = callbot.resources.flatMap(rollupsOf);
export const CALLS = 'callbot.customer_call_rollup';

const [FIRST, SECOND] = ['a1', 'a2'].map((end) => `00000000-0000-4000-8000-0000000000${end}`);

/** Two workspaces; customers, one enrolment each, and calls over the last 60 days. Triggers see nothing of it when `quiet`. */
export async function fill(url: string, customers: number, calls: number, quiet = false): Promise<void> {
  await withOwner(url, async (client) => {
    if (quiet) await client.query('set session_replication_role = replica');
    await client.query(`
      insert into callbot.workspace (id, name) values ('${FIRST}', 'One'), ('${SECOND}', 'Two');
      insert into callbot.call_campaign (id, workspace_id, name, status)
      values ('${FIRST}', '${FIRST}', 'One', 'active'), ('${SECOND}', '${SECOND}', 'Two', 'active');
      insert into callbot.customer (id, workspace_id, name, phone)
      select md5(i::text)::uuid, case when i % 3 = 0 then '${SECOND}' else '${FIRST}' end::uuid, 'Customer', '1'
      from generate_series(1, ${customers}) i;
      insert into callbot.call_campaign_customer (id, workspace_id, campaign_id, customer_id, status)
      select id, workspace_id, workspace_id, id, 'completed' from callbot.customer;
      insert into callbot.call (workspace_id, customer_id, campaign_customer_id, direction, status, duration_seconds, call_type, billing_rate, created_at)
      select c.workspace_id, c.id, case when i % 2 = 0 then c.id end, 'inbound', 'completed', i % 600, 'direct', (i % 7) / 3.0,
        now() - random() * interval '60 days'
      from generate_series(1, ${calls}) i join callbot.customer c on c.id = md5((i % ${customers} + 1)::text)::uuid;
      analyze callbot.customer; analyze callbot.call`);
    if (quiet) await client.query("update altiplano.rollup set state = 'unbuilt'");
  });
}

/** Every figure of every rollup that is not what a recount says. */
export async function wrongFigures(url: string): Promise<readonly unknown[]> {
  const found: unknown[] = [];
  for (const rollup of ROLLUPS) found.push(...(await verifyRollup(url, SCHEMA, rollup)).differences);
  return found;
}

const CUSTOMERS = '(select id, workspace_id from callbot.customer order by md5(id::text || $1) limit $2) c';

/** What programs do to calls; `$1` is chance, `$2` how many customers it meets. */
const STATEMENTS = [
  `insert into callbot.call (workspace_id, customer_id, direction, status, duration_seconds, call_type, billing_rate, created_at)
   select c.workspace_id, c.id, 'outbound', 'missed', 30, 'campaign', 0.1234, now() - random() * interval '40 days'
   from ${CUSTOMERS}, generate_series(1, 3)`,
  `update callbot.call set is_deleted = not is_deleted
   where id in (select k.id from ${CUSTOMERS} join callbot.call k on k.customer_id = c.id order by md5(k.id::text || $1) limit 5)`,
  `update callbot.call set duration_seconds = duration_seconds + 1, status = 'completed'
   where id in (select k.id from ${CUSTOMERS} join callbot.call k on k.customer_id = c.id order by md5(k.id::text || $1) limit 5)`,
  `update callbot.call k set customer_id = c.id, campaign_customer_id = null
   from ${CUSTOMERS} where k.workspace_id = c.workspace_id
     and k.id in (select id from callbot.call order by id offset (('x' || left(md5($1), 4))::bit(16)::int % 50) limit 2)`,
  `delete from callbot.call where id in (
     select k.id from ${CUSTOMERS} join callbot.call k on k.customer_id = c.id order by md5(k.id::text || $1) limit 2)`,
  `update callbot.call_campaign_customer set status = 'pending' where customer_id in (select c.id from ${CUSTOMERS})`,
  `delete from callbot.call_campaign_customer where customer_id in (select c.id from ${CUSTOMERS} limit 1)`,
];
const BEGINS = ['begin', 'begin', 'begin isolation level repeatable read', 'begin isolation level serializable'];

export interface Writers {
  /** Ends them and returns how many transactions they committed. */
  stop(): Promise<number>;
}

/** So many connections that change calls, several statements a transaction, some rolled back, until they are stopped. */
export function startWriters(url: string, count: number, pause = 2): Writers {
  let stopped = false;
  const loops = Array.from({ length: count }, (_, index) => write(`writer ${index}`));
  return {
    stop: async () => {
      stopped = true;
      return (await Promise.all(loops)).reduce((sum, committed) => sum + committed, 0);
    },
  };

  async function write(name: string): Promise<number> {
    let committed = 0;
    for (let turn = 0, client: OwnerClient | null = null; ; turn++) {
      if (stopped) {
        await client?.end().catch(() => {});
        return committed;
      }
      try {
        client ??= await connectOwner(url);
        committed += await transact(client, `${name} ${turn}`, turn);
        await sleep(pause);
      } catch (error) {
        // Conflicts are the writers' own; a server that was killed is asked again.
        await client?.query('rollback').catch(() => {});
        if (!isDatabaseError(error)) {
          client = null;
          await sleep(100);
        }
      }
    }
  }
}

async function transact(client: OwnerClient, chance: string, turn: number): Promise<number> {
  const pick = (from: readonly string[], salt: number) =>
    from[(turn * 7 + salt * 3 + chance.length) % from.length] ?? '';
  await client.query(pick(BEGINS, 1));
  for (let part = 0; part <= turn % 3; part++)
    await client.query(pick(STATEMENTS, part + turn), [`${chance} ${part}`, (turn % 4) + 1]);
  const rolledBack = turn % 11 === 0;
  await client.query(rolledBack ? 'rollback' : 'commit');
  return rolledBack ? 0 : 1;
}

function isDatabaseError(error: unknown): boolean {
  return error instanceof Error && 'code' in error && /^(22|23|25|40|55)/.test(String(error.code));
}

export async function one<T>(url: string, text: string, values: readonly unknown[] = []): Promise<T> {
  return withOwner(url, async (client) => (await client.query(text, [...values])).rows[0] as T);
}

/** Asks until it holds. @throws when it does not within the time */
export async function eventually(what: string, holds: () => Promise<boolean>, milliseconds = 60_000): Promise<void> {
  const deadline = performance.now() + milliseconds;
  while (!(await holds())) {
    if (performance.now() > deadline) throw new Error(`not within ${milliseconds} ms: ${what}`);
    await sleep(50);
  }
}
