import { setTimeout as sleep } from 'node:timers/promises';
import { connectOwner, copyInto, type OwnerClient } from 'altiplano';
import { useDatabase } from 'altiplano/testing';
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { emptyCallbot } from './callbot-database.ts';
import { anyStep, interleaving, LABELS, type Step, WORKSPACES } from './histories.ts';

/** `ALTIPLANO_RUNS=2000` for a long look. */
const RUNS = Number(process.env.ALTIPLANO_RUNS ?? 120);

const database = useDatabase(emptyCallbot);
let owner: OwnerClient;
/** Two connections of another program: a role of its own that may write, with a policy that says so. */
let others: readonly [OwnerClient, OwnerClient];
const OTHER_PROGRAM = `other_program_${process.pid}`;

beforeAll(async () => {
  owner = await connectOwner(database.url());
  await owner.query("set lock_timeout = '5s'");
  await owner.query(`create role ${OTHER_PROGRAM}; grant usage on schema callbot to ${OTHER_PROGRAM}`);
  for (const table of ['customer', 'customer_campaign_labels', 'label']) {
    await owner.query(`grant select, insert, update, delete on callbot.${table} to ${OTHER_PROGRAM}`);
    await owner.query(
      `create policy other_program on callbot.${table} to ${OTHER_PROGRAM} using (true) with check (true)`,
    );
  }
  await owner.query('insert into callbot.workspace (id, name) select i, i from unnest($1::uuid[]) i', [WORKSPACES]);
  others = [await openOther(), await openOther()];
});
afterAll(async () => {
  for (const client of others ?? []) await client.end();
  await owner.query('rollback');
  await owner.query(`drop owned by ${OTHER_PROGRAM}; drop role ${OTHER_PROGRAM}`);
  await owner.end();
});
beforeEach(reset);

async function openOther(): Promise<OwnerClient> {
  const client = await connectOwner(database.url());
  await client.query(`set deadlock_timeout = '10ms'; set role ${OTHER_PROGRAM}`);
  return client;
}

async function reset(): Promise<void> {
  for (const client of [...others, owner]) await client.query('rollback');
  await owner.query('truncate callbot.customer, callbot.label cascade');
  await owner.query(
    'insert into callbot.label (id, workspace_id, name) select l, w, l from unnest($1::uuid[], $2::uuid[]) u (l, w)',
    [LABELS, LABELS.map((_, index) => WORKSPACES[index < 3 ? 0 : 1])],
  );
}

/** What a constraint or a deadlock refused has not happened; anything else is a fault. */
async function send(client: OwnerClient, { text, values }: Step): Promise<void> {
  await client.query(text, [...values]).catch((error: { code?: string }) => {
    // Class 23, deadlocks, in an aborted transaction; and MERGE, which may meet a row twice.
    if (!/^(23...|40P01|25P02|21000)$/.test(error.code ?? '')) throw error;
  });
}

interface Wrong {
  readonly posting: 'missing' | 'surplus';
  readonly term: string;
  readonly customer: string;
}

/** The postings there are against those that a recount gives. */
async function wrongPostings(): Promise<readonly Wrong[]> {
  const { rows } = await owner.query<Wrong>(
    `with expected as (
       select c.workspace_id, term, c.created_at, c.id
       from callbot.customer c, callbot.customer_terms(c.workspace_id, c.id, c.other_attributes) term
       where not c.is_deleted
     )
     select 'missing' as posting, term, id as customer from (table expected except table callbot.customer_posting) m
     union all
     select 'surplus', term, customer_id from (table callbot.customer_posting except table expected) s`,
  );
  return rows;
}

describe('postings are what a recount gives', () => {
  test('after any history of statements', async () => {
    await fc.assert(
      fc
        .asyncProperty(fc.array(anyStep, { minLength: 1, maxLength: 20 }), async (history) => {
          for (const step of history) await send(others[0], step);
          expect(await wrongPostings()).toEqual([]);
        })
        .beforeEach(reset),
      { numRuns: RUNS },
    );
  });

  test('after any two transactions at the same time', async () => {
    await fc.assert(
      fc
        .asyncProperty(
          fc.array(anyStep, { minLength: 4, maxLength: 8 }),
          interleaving,
          fc.tuple(fc.constantFrom('commit', 'rollback'), fc.constantFrom('commit', 'rollback')),
          async (before, steps, ends) => {
            for (const step of before) await send(others[0], step);
            await interleave(steps, ends);
            expect(await wrongPostings()).toEqual([]);
          },
        )
        .beforeEach(reset),
      { numRuns: RUNS },
    );
  });
});

/** A statement that waits for the other connection's lock goes on waiting while the next ones are sent. */
async function interleave(
  steps: readonly { readonly by: 0 | 1; readonly step: Step }[],
  ends: readonly string[],
): Promise<void> {
  await Promise.all(others.map((client) => client.query('begin')));
  // A statement waits for the one before it on its own connection only.
  const last: [Promise<unknown>, Promise<unknown>] = [Promise.resolve(), Promise.resolve()];
  for (const { by, step } of steps) {
    last[by] = last[by].then(() => send(others[by], step));
    await Promise.race([last[by], sleep(3)]);
  }
  await Promise.all(
    others.map((client, by) => last[by === 0 ? 0 : 1].then(() => client.query(ends[by] ?? 'rollback'))),
  );
}

/** The shortest histories that went wrong once, or easily could. */
describe('postings stay right when', () => {
  const [CUSTOMER, OTHER] = ['00000000-0000-4000-8000-cccc00000001', '00000000-0000-4000-8000-cccc00000002'] as const;
  const insert = (id: string, attributes = '{}') =>
    owner.query(
      `insert into callbot.customer (id, workspace_id, name, phone, other_attributes) values ($1, $2, 'N', '1', $3)`,
      [id, WORKSPACES[0], attributes],
    );
  const link = (client: OwnerClient) =>
    client.query('insert into callbot.customer_campaign_labels (customer_id, label_id) values ($1, $2)', [
      CUSTOMER,
      LABELS[0],
    ]);
  const [move, remove, unlink] = [
    `update callbot.customer set created_at = '2020-01-01' where id = '${CUSTOMER}'`,
    `update callbot.customer set is_deleted = true where id = '${CUSTOMER}'`,
    `delete from callbot.customer_campaign_labels where customer_id = '${CUSTOMER}'`,
  ] as const;

  test('an attribute changes from 1 to 1.0: equal documents, other texts', async () => {
    await insert(CUSTOMER, '{"a": 1}');
    await owner.query(`update callbot.customer set other_attributes = '{"a": 1.0}'`);
    expect(await wrongPostings()).toEqual([]);
  });

  test.each([
    ['a customer is deleted while a label is linked', remove, 'link'],
    ['a customer moves while a label is linked', move, 'link'],
    ['a customer moves while a label is unlinked', move, unlink],
    ['a customer is deleted while a label is unlinked', remove, unlink],
    ['a customer moves while its label is deleted', move, `delete from callbot.label where id = '${LABELS[0]}'`],
  ])('%s, whoever comes first', async (_, change, other) => {
    for (const order of [0, 1]) {
      await reset();
      await insert(CUSTOMER);
      if (other !== 'link') await link(owner);
      const [one, two] = order === 0 ? others : [others[1], others[0]];
      const works = [() => one.query(change), () => (other === 'link' ? link(two) : two.query(other))];
      await Promise.all([one.query('begin'), two.query('begin')]);
      const [first, second] = order === 0 ? works : works.reverse();
      await first?.();
      const waiting = second?.();
      await Promise.race([waiting, sleep(20)]);
      await (order === 0 ? one : two).query('commit');
      await waiting;
      await (order === 0 ? two : one).query('commit');
      expect(await wrongPostings(), `order ${order}`).toEqual([]);
    }
  });

  test('rows arrive by COPY', async () => {
    const rows = [CUSTOMER, OTHER].map((id, index) => `${id}\t${WORKSPACES[0]}\tN\t1\t{"a": ${index}}\t${index === 0}`);
    const columns = ['id', 'workspace_id', 'name', 'phone', 'other_attributes', 'is_deleted'];
    // COPY refuses a table whose row security binds the writer; who copies in is exempt from it, as the test's owner is.
    await copyInto(owner, { schema: 'callbot', table: 'customer', columns }, rows);
    const links = { schema: 'callbot', table: 'customer_campaign_labels', columns: ['customer_id', 'label_id'] };
    await copyInto(owner, links, [`${CUSTOMER}\t${LABELS[0]}`, `${OTHER}\t${LABELS[1]}`]);
    expect(await wrongPostings()).toEqual([]);
    expect((await owner.query('select from callbot.customer_posting')).rowCount).toBe(2);
  });

  test.each(['customer', 'customer_campaign_labels', 'label'])('%s is truncated', async (table) => {
    await insert(CUSTOMER, '{"a": 1}');
    await link(owner);
    await owner.query(`truncate callbot.${table} cascade`);
    expect(await wrongPostings()).toEqual([]);
    expect((await owner.query('select from callbot.customer_posting')).rowCount).toBe(table === 'customer' ? 0 : 1);
  });

  test('a statement is rolled back to a savepoint', async () => {
    await insert(CUSTOMER, '{"a": 1}');
    await owner.query(`begin; savepoint here; ${remove}; rollback to here; ${move}; commit`);
    expect(await wrongPostings()).toEqual([]);
  });
});
