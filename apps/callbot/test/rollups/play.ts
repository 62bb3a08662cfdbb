import { copyInto, type OwnerClient } from 'altiplano';
import { CAMPAIGNS, CUSTOMERS, type Event, HOMES, type Step, WORKSPACES } from './histories.ts';
import { buildAll, foldSome, ROLLUPS } from './recount.ts';

/** Customers, campaigns and nothing else, all rollups built over it. */
export async function reset(client: OwnerClient): Promise<void> {
  await client.query('rollback');
  await client.query('truncate callbot.customer, callbot.call_campaign cascade');
  await client.query(
    `insert into callbot.customer (id, workspace_id, name, phone)
     select c, w, 'N', '1' from unnest($1::uuid[], $2::uuid[]) u (c, w)`,
    [CUSTOMERS, HOMES],
  );
  await client.query(
    `insert into callbot.call_campaign (id, workspace_id, name, status)
     select c, w, 'C', 'active' from unnest($1::uuid[], $2::uuid[]) u (c, w)`,
    [CAMPAIGNS, WORKSPACES],
  );
  await client.query('update altiplano.rollup set generation = 0');
  await buildAll(client);
}

/** What a constraint, an isolation level or a deadlock refused has not happened; anything else is a fault. */
const REFUSED = /^(23...|40001|40P01|55P03|25P0.|25001|21000|3B001)$/;

/** @returns whether it went through */
export async function send(client: OwnerClient, { text, values }: Step): Promise<boolean> {
  return client.query(text, [...values]).then(
    () => true,
    (error: { code?: string }) => {
      if (REFUSED.test(error.code ?? '')) return false;
      throw error;
    },
  );
}

/**
 * One event on one connection; those that need a transaction of their own end the one there was. `elsewhere` another
 * connection commits: only then is the own transaction's number lower than a snapshot's end.
 */
export async function play(client: OwnerClient, other: OwnerClient, event: Event): Promise<void> {
  switch (event.kind) {
    case 'change':
      await send(client, event.step);
      return;
    case 'control':
      await send(client, event.step);
      return;
    case 'fold':
      await foldSome(client, event.most).catch(refused);
      return;
    case 'copy':
      await copyCalls(client).catch(refused);
      return;
    case 'rotate':
      await client.query('commit').catch(refused);
      await rotate(client);
      return;
    case 'build':
      await client.query('commit').catch(refused);
      await buildAll(client);
      return;
    case 'elsewhere':
      await other.query('select pg_current_xact_id()');
      return;
    case 'sweep':
      for (const rollup of ROLLUPS)
        await client.query(`select callbot.${rollup}_sweep(null, null, 100)`).catch(refused);
  }
}

function refused(error: { code?: string }): void {
  if (!REFUSED.test(error.code ?? '')) throw error;
}

/** Writers go over to the other table; what they leave is folded, and dropped as nobody else looks at it here. */
async function rotate(client: OwnerClient): Promise<void> {
  await client.query('update altiplano.rollup set generation = 1 - generation');
  await foldSome(client);
  for (const rollup of ROLLUPS) {
    await client.query(
      `do $$ begin
         if (select generation from altiplano.rollup where name = '${rollup}') = 0
         then truncate callbot.${rollup}_delta_1; else truncate callbot.${rollup}_delta_0; end if;
       end $$`,
    );
  }
}

async function copyCalls(client: OwnerClient): Promise<void> {
  const { rows } = await client.query('select id, workspace_id from callbot.customer order by id');
  const columns = [
    'workspace_id',
    'customer_id',
    'direction',
    'status',
    'call_type',
    'duration_seconds',
    'billing_rate',
  ];
  const lines = rows.flatMap(({ id, workspace_id }) => [
    [workspace_id, id, 'inbound', 'missed', 'direct', '30', '0.5'].join('\t'),
    [workspace_id, id, 'outbound', 'completed', 'campaign', '60', '\\N'].join('\t'),
  ]);
  await copyInto(client, { schema: 'callbot', table: 'call', columns }, lines);
}
