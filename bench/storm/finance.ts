import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { issueToken, rollupsOf, verifyRollup } from 'altiplano/testing';
import { finance } from '../../apps/finance/app.ts';
import { recount } from '../../apps/finance/naive/recount.ts';
import { SECRET } from './fleet.ts';
import { below, chance, persist, pick } from './persist.ts';
import type { Ground, Storm } from './storm.ts';

const idOf = (kind: string, number: number) => `00000000-0000-4000-8000-${kind}${String(number).padStart(8, '0')}`;
const [ORGANIZATION, ACCOUNTANT] = [idOf('aaaa', 1), idOf('bbbb', 1)];
/** Few, so that transfers cross; the last ones hold little and refuse much. */
const accounts = Array.from({ length: 8 }, (_, place) => idOf('cccc', place));
const KINDS = ['deposit', 'withdrawal', 'fee', 'transfer', 'transfer', 'transfer'] as const;
const TENANT = { 'x-tenant-type': 'organization', 'x-tenant-id': ORGANIZATION } as const;
/** Clients wait while so many are pending: a queue of minutes would only be waited for at the end. */
const MOST_PENDING = 1_000;

/** The id that each key was answered by, and how many rows that is. */
const told = new Map<string, { readonly id: string; readonly legs: number }>();

export const financeStorm: Storm = {
  name: 'finance',
  summary:
    'deposits, withdrawals, fees and transfers across eight accounts, posted by jobs, servers and workers killed',
  app: finance,
  servers: 2,
  workers: 2,
  async prepare({ owner }) {
    told.clear();
    await owner.query(`
      insert into finance.organization (id, name) values ('${ORGANIZATION}', 'Storm');
      insert into finance.app_user (id, email, name) values ('${ACCOUNTANT}', 'storm@example.org', 'Storm');
      insert into finance.organization_link (user_id, organization_id, role) values ('${ACCOUNTANT}', '${ORGANIZATION}', 'accountant')`);
    await owner.query(
      `insert into finance.account (id, tenant_type, tenant_id, name, currency, created_by, updated_by)
       select a, 'organization', $2, a::text, 'EUR', $3, $3 from unnest($1::uuid[]) a`,
      [accounts, ORGANIZATION, ACCOUNTANT],
    );
  },
  async rage(ground) {
    const token = await issueToken(ground.url, finance.name, ACCOUNTANT, [], SECRET);
    let isFull = false;
    const watch = async () => {
      for (; !ground.isOver(); await sleep(500)) isFull = (await pending(ground)) > MOST_PENDING;
    };
    const clients = Array.from({ length: ground.clients }, () => post(ground, token, () => isFull));
    await Promise.all([watch(), ...clients]);
    while ((await pending(ground)) > 0) await sleep(250);
  },
  async recount({ owner, url, count }, settled) {
    const wrong = [...(await recount(owner, finance.schema))];
    for (const rollup of finance.resources.flatMap((resource) => rollupsOf(resource))) {
      const { differences } = await verifyRollup(url, finance.schema, rollup);
      if (differences.length > 0) wrong.push(`${rollup.name} differs from a recount in ${differences.length} places`);
    }
    return settled ? [...wrong, ...(await compareWithAnswers(owner, count))] : wrong;
  },
};

async function pending({ owner }: Ground): Promise<number> {
  const { rows } = await owner.query("select count(*)::int from finance.transaction where status = 'pending'");
  return rows[0]?.count ?? 0;
}

async function post(ground: Ground, token: string, isFull: () => boolean): Promise<void> {
  for (; !ground.isOver(); await sleep(isFull() ? 500 : 0)) {
    if (isFull()) continue;
    const kind = pick(KINDS) ?? 'deposit';
    const from = below(accounts.length);
    const to = (from + 1 + below(accounts.length - 1)) % accounts.length;
    const body = {
      ...{ kind, account_id: accounts[from], amount: (1 + below(chance(0.2) ? 100_000 : 5_000)) / 100 },
      ...(kind === 'transfer' ? { to_account_id: accounts[to] } : {}),
    };
    const key = randomUUID();
    const headers = { ...TENANT, 'idempotency-key': key };
    const send = () => persist(ground, { token, method: 'POST', path: '/financial/transactions', body, headers });
    const answers = await Promise.all(chance(0.25) ? [send(), send()] : [send()]);
    if (chance(0.1)) answers.push(await send());
    if (answers.length > 1) ground.count('transactions sent more than once');
    for (const { status, json } of answers) {
      const known = told.get(key);
      if (status !== 202) ground.wrong(`a transaction was answered by ${status} ${JSON.stringify(json)}`);
      else if (known === undefined) told.set(key, { id: json.id, legs: kind === 'transfer' ? 2 : 1 });
      else if (known.id !== json.id) ground.wrong(`the key ${key} made ${known.id} and ${json.id}`);
    }
    if (chance(0.2)) await look(ground, token, accounts[from] ?? '');
  }
}

async function look(ground: Ground, token: string, account: string): Promise<void> {
  const path = `/financial/accounts/${account}`;
  const { status, json } = await persist(ground, { token, method: 'GET', path, headers: TENANT });
  if (status !== 200 || !(json.balance >= 0)) ground.wrong(`${path} answered ${status}, ${json?.balance}`);
  ground.count('balances looked at');
}

async function compareWithAnswers(owner: Ground['owner'], count: Ground['count']): Promise<readonly string[]> {
  const { rows } = await owner.query<{ id: string; kind: string; status: string }>(
    'select id, kind, status from finance.transaction',
  );
  for (const { status } of rows) count(`rows ${status}`);
  const there = new Set(rows.map(({ id }) => id));
  const legs = [...told.values()].reduce((sum, one) => sum + one.legs, 0);
  count('transactions asked for, by their keys', told.size);
  return [
    ...[...told.values()].filter(({ id }) => !there.has(id)).map(({ id }) => `${id} was accepted and is not there`),
    ...(legs === rows.length ? [] : [`${legs} rows were accepted and ${rows.length} are there`]),
    ...rows.filter(({ status }) => status === 'pending').map(({ id }) => `${id} was never decided`),
  ];
}
