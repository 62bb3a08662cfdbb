import { createHash, randomInt, randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { OwnerClient } from 'altiplano';
import { OWN_EVERY } from './legacy.ts';

/** What one connection did and met. */
export interface Report {
  readonly statements: number;
  readonly failures: readonly string[];
  readonly slowest: { readonly milliseconds: number; readonly statement: string };
  /** The name each of its customers must have in the end, and how many calls it added. */
  readonly names: ReadonlyMap<string, string>;
  readonly calls: number;
}

type Row = Readonly<Record<string, unknown>>;

/** One connection of the other program: prepared statements, short transactions, a pause after each, until it is told to stop. */
export async function runProgram(
  client: OwnerClient,
  { connection, connections, customers }: { connection: number; connections: number; customers: number },
  stopped: () => boolean,
): Promise<Report> {
  const mine: { readonly id: string; readonly number: number }[] = [];
  for (let number = OWN_EVERY; number <= customers; number += OWN_EVERY) {
    if ((number / OWN_EVERY) % connections !== connection) continue;
    mine.push({ id: await one(client, `select md5('c' || ${number})::uuid as value`), number });
  }
  const report = { statements: 0, failures: [] as string[], slowest: { milliseconds: 0, statement: '' } };
  const names = new Map<string, string>();
  let calls = 0;

  const send = async (text: string, ...values: unknown[]): Promise<readonly Row[]> => {
    const started = performance.now();
    // A name makes it a prepared statement, whose plan outlives the tables' changes.
    const { rows } = await client.query({
      name: createHash('sha256').update(text).digest('hex').slice(0, 32),
      text,
      values,
    });
    const milliseconds = performance.now() - started;
    if (milliseconds > report.slowest.milliseconds) report.slowest = { milliseconds, statement: text };
    report.statements++;
    return rows;
  };
  const transaction = async (work: () => Promise<unknown>) => {
    await send('begin');
    await work();
    await send('commit');
  };
  const expectRows = (rows: readonly Row[], least: number, what: string) => {
    if (rows.length < least) report.failures.push(`${what} answered ${rows.length} rows`);
  };
  const workspaceOf = (number: number) => one(client, `select md5('w' || ${number % 4})::uuid as value`);
  const labelOf = (number: number) =>
    one(client, `select md5('l' || ${(number % 4) + 4 * randomInt(9)})::uuid as value`);

  const tasks: ((customer: { readonly id: string; readonly number: number }) => Promise<unknown>)[] = [
    async ({ number }) => {
      const page = `select id, name from customer where workspace_id = $1 and not is_deleted order by created_at desc, id desc limit 25 offset 25`;
      const rows = await send(page, await workspaceOf(number));
      expectRows(rows, 25, 'a page');
      for (const { id } of rows.slice(0, 3)) {
        await send(
          'select l.name from customer_campaign_labels k join label l on l.id = k.label_id where k.customer_id = $1',
          id,
        );
        expectRows(
          await send(
            'select id from call where customer_id = $1 and not is_deleted order by created_at desc limit 1',
            id,
          ),
          1,
          'calls',
        );
        await send('select count(*) from call_campaign_customer where customer_id = $1', id);
      }
    },
    async ({ number }) => {
      const [row] = await send(
        'select count(*)::int as count from customer where workspace_id = $1',
        await workspaceOf(number),
      );
      if (Number(row?.count) < customers / 5) report.failures.push(`a count is ${row?.count}`);
    },
    async ({ id, number }) => {
      await send(
        `insert into call (workspace_id, customer_id, direction, status, call_type, duration_seconds) values ($1, $2, 'outbound', 'busy', 'direct', 1)`,
        await workspaceOf(number),
        id,
      );
      calls++;
    },
    async ({ id }) => {
      const name = randomUUID();
      await send('update customer set name = $2, updated_at = now() where id = $1', id, name);
      names.set(id, name);
    },
    async ({ id }) => {
      await send('update customer set is_deleted = true, deleted_at = now() where id = $1', id);
      await send('update customer set is_deleted = false, deleted_at = null where id = $1', id);
    },
    ({ id }) =>
      send(`update customer set other_attributes = jsonb_build_object('k', $2::int) where id = $1`, id, randomInt(5)),
    async ({ id, number }) =>
      send(
        'insert into customer_campaign_labels (customer_id, label_id) values ($1, $2) on conflict (customer_id, label_id) do nothing',
        id,
        await labelOf(number),
      ),
    async ({ id, number }) =>
      send('delete from customer_campaign_labels where customer_id = $1 and label_id = $2', id, await labelOf(number)),
    // Two of its own in any order, held for a moment: whoever takes many locks must not wait for one of them.
    async ({ id }) => {
      const other = mine[randomInt(mine.length)]?.id ?? id;
      await transaction(async () => {
        await send('update customer set checked = not checked where id = $1', id);
        await sleep(randomInt(10));
        await send('update customer set checked = not checked where id = $1', other);
      });
    },
    async ({ id, number }) => {
      const workspace = await workspaceOf(number);
      const campaign = await one(client, `select md5('g' || ${number % 4})::uuid as value`);
      const enrolment = randomUUID();
      await send(
        `insert into call_campaign_customer (id, workspace_id, campaign_id, customer_id, status) values ($1, $2, $3, $4, 'pending')`,
        enrolment,
        workspace,
        campaign,
        id,
      );
      await send(
        `update call set campaign_customer_id = $1 where id = (select id from call where customer_id = $2 limit 1)`,
        enrolment,
        id,
      );
      await send('delete from call_campaign_customer where id = $1', enrolment);
    },
    // The order of an object mapper: the links first, then the customer.
    async ({ number }) => {
      const id = randomUUID();
      const workspace = await workspaceOf(number);
      await transaction(async () => {
        await send(
          `insert into customer (id, workspace_id, name, phone, other_attributes) values ($1, $2, 'new', '1', '{"x": 1}')`,
          id,
          workspace,
        );
        await send(
          'insert into customer_campaign_labels (customer_id, label_id) values ($1, $2)',
          id,
          await labelOf(number),
        );
      });
      await transaction(async () => {
        await send('delete from customer_campaign_labels where customer_id = $1', id);
        await send('delete from customer where id = $1', id);
      });
    },
  ];

  while (!stopped()) {
    const customer = mine[randomInt(mine.length)];
    if (customer === undefined) throw new Error('too few customers for so many connections');
    try {
      await tasks[randomInt(tasks.length)]?.(customer);
    } catch (error) {
      report.failures.push(String(error));
      await client.query('rollback');
    }
    await sleep(randomInt(12));
  }
  return { ...report, names, calls };
}

async function one(client: OwnerClient, text: string): Promise<string> {
  return (await client.query(text)).rows[0].value;
}
