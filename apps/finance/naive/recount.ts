import { Database } from 'altiplano/twin';
import type { ClientBase } from 'pg';

/** Everything that money must not do, looked for row by row in one snapshot; empty when all is well. */
export async function recount(client: ClientBase, schema: string): Promise<readonly string[]> {
  await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
  try {
    return await findWrong(client, schema);
  } finally {
    await client.query('COMMIT');
  }
}

async function findWrong(client: ClientBase, schema: string): Promise<readonly string[]> {
  const database = new Database(client, schema);
  const wrong: string[] = [];
  const accounts = await database.rows<{ id: string; balance: string; cents: string }>(
    `SELECT id, balance::text, (balance * 100)::bigint::text AS cents FROM ${database.table('account')} ORDER BY id`,
    [],
  );
  for (const { id, balance, cents } of accounts) {
    const posted = await database.rows<{ cents: string }>(
      `SELECT (amount * 100)::bigint::text AS cents FROM ${database.table('transaction')}
       WHERE account_id = $1 AND status = 'posted' ORDER BY posted_at, id`,
      [id],
    );
    const sum = posted.reduce((total, row) => total + BigInt(row.cents), 0n);
    if (sum !== BigInt(cents)) wrong.push(`${id} says ${balance} and has ${sum} cents posted`);
    if (sum < 0n) wrong.push(`${id} is overdrawn by ${-sum} cents`);
  }
  const legs = await database.rows<{ transfer_id: string; account_id: string; cents: string; status: string }>(
    `SELECT transfer_id, account_id, (amount * 100)::bigint::text AS cents, status FROM ${database.table('transaction')}
     WHERE kind = 'transfer'`,
    [],
  );
  const transfers = new Map<string, typeof legs>();
  for (const leg of legs) transfers.set(leg.transfer_id, [...(transfers.get(leg.transfer_id) ?? []), leg]);
  for (const [id, of] of transfers) {
    const [one, other, ...more] = of;
    const isWhole =
      one?.status === other?.status &&
      one?.account_id !== other?.account_id &&
      more.length === 0 &&
      other !== undefined;
    if (!isWhole || BigInt(one?.cents ?? 0) + BigInt(other?.cents ?? 0) !== 0n) wrong.push(`${id} is half a transfer`);
  }
  return wrong;
}
