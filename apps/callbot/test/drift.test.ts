import { connectOwner, type Failure, type OwnerClient } from 'altiplano';
import { answer, type Engine, startEngine, useDatabase } from 'altiplano/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { callbot } from '../app.ts';
import { LIST, ORIGIN } from './asker.ts';
import { emptyCallbot } from './callbot-database.ts';

const database = useDatabase(emptyCallbot);
let owner: OwnerClient;
beforeAll(async () => {
  owner = await connectOwner(database.url());
});
afterAll(() => owner.end());

/** What a start finds wrong with the only resource; null when it is served. */
async function findingAtStart(): Promise<Failure | null> {
  return withEngine(async ({ services }) => services[0]?.unavailable() ?? null);
}

async function withEngine<T>(work: (engine: Engine) => Promise<T>): Promise<T> {
  const engine = await startEngine({ url: database.url(), apps: [callbot], pepper: 'test', poolSize: 1 });
  try {
    return await work(engine);
  } finally {
    await engine.close();
  }
}

/** Changes the schema, looks, and changes it back. */
async function whenChanged(change: string, back: string): Promise<Failure | null> {
  await owner.query(change);
  try {
    return await findingAtStart();
  } finally {
    await owner.query(back);
    expect(await findingAtStart()).toBeNull();
  }
}

test('a migrated database has no finding', async () => {
  expect(await findingAtStart()).toBeNull();
});

describe('a missing index', () => {
  test.each([
    'idx_customer_page',
    'idx_customer_order',
    'idx_customer_name',
    'idx_customer_call_rollup_total_calls',
    'idx_call_customer',
    'idx_call_campaign_customer_latest',
  ])('%s is found, and what the hint says mends it', async (index) => {
    await owner.query(`drop index callbot.${index}`);
    const finding = await findingAtStart();
    expect(finding).toMatchObject({ code: 'MIGR_INDEX_MISSING', status: 503 });
    const [, statement = ''] =
      /^Create it: (create (?:unique )?index concurrently .*;)$/.exec(finding?.hint ?? '') ?? [];
    await owner.query(statement);
    expect(await findingAtStart()).toBeNull();
  });

  test('is also one whose concurrent build failed', async () => {
    const invalid = (isValid: boolean) =>
      `update pg_index set indisvalid = ${isValid} where indexrelid = 'callbot.idx_customer_duration_order'::regclass`;
    expect(await whenChanged(invalid(false), invalid(true))).toMatchObject({
      code: 'MIGR_INDEX_MISSING',
      message: expect.stringContaining('callbot.customer does not have: (workspace_id, duration'),
    });
  });
});

describe('a renamed', () => {
  test.each([
    ['customer', 'quality', 'qualty'],
    ['customer', 'employee_id', 'employees_id'],
    ['call', 'billing_rate', 'billing_rates'],
    ['call_campaign', 'status', 'statuses'],
    ['customer_campaign_labels', 'label_id', 'labels_id'],
    ['app_user', 'role', 'roles'],
    ['customer_bitmap', 'term', 'terms'],
  ])('column %s.%s is found, with its nearest name', async (table, column, renamed) => {
    const finding = await whenChanged(
      `alter table callbot.${table} rename column ${column} to ${renamed}`,
      `alter table callbot.${table} rename column ${renamed} to ${column}`,
    );
    expect(finding).toMatchObject({
      code: 'MIGR_COLUMN_UNKNOWN',
      status: 503,
      message: `Resource 'customers' names column '${column}', which table callbot.${table} does not have`,
      hint: `The nearest name is '${renamed}'.`,
    });
  });

  test('table is found, with its nearest name', async () => {
    const rename = (from: string, to: string) => `alter table callbot.${from} rename to ${to}`;
    expect(await whenChanged(rename('label', 'labels'), rename('labels', 'label'))).toMatchObject({
      code: 'MIGR_TABLE_UNKNOWN',
      hint: "The nearest name is 'labels'.",
    });
  });

  test('function is found: readers of the tail go through it', async () => {
    const rename = (from: string, to: string) => `alter function callbot.${from} rename to ${to}`;
    const finding = await whenChanged(
      rename('customer_bitmap_unfolded', 'unfolded'),
      rename('unfolded', 'customer_bitmap_unfolded'),
    );
    expect(finding).toMatchObject({
      code: 'MIGR_FUNCTION_UNKNOWN',
      message: expect.stringContaining('callbot.customer_bitmap_unfolded'),
    });
  });

  test('schema is found: nothing in it is there', async () => {
    const finding = await whenChanged('alter schema callbot rename to moved', 'alter schema moved rename to callbot');
    expect(finding).toMatchObject({ code: 'MIGR_TABLE_UNKNOWN', hint: expect.stringContaining('altiplano migrate') });
  });
});

describe('a table that is not isolated', () => {
  const policies = 'policy altiplano_tenant on callbot.label';
  test.each([
    [
      'off',
      'alter table callbot.call disable row level security',
      'alter table callbot.call enable row level security',
    ],
    [
      'not forced',
      'alter table callbot.customer no force row level security',
      'alter table callbot.customer force row level security',
    ],
    [
      'altiplano_tenant',
      `alter ${policies} rename to mine`,
      'alter policy mine on callbot.label rename to altiplano_tenant',
    ],
  ])('is found: %s', async (problem, change, back) => {
    const finding = await whenChanged(change, back);
    expect(finding).toMatchObject({ code: 'MIGR_ISOLATION_MISSING', message: expect.stringContaining(problem) });
  });
});

test('a finding takes the resource out of service, with its code and hint, and nothing else', async () => {
  await owner.query('alter table callbot.customer rename column phone to phones');
  try {
    await withEngine(async ({ services: [service], pool }) => {
      if (service === undefined) throw new Error('callbot has no resource');
      const call = {
        id: null,
        origin: ORIGIN,
        path: LIST,
        query: new URLSearchParams(),
        authorization: undefined,
        signal: new AbortController().signal,
      };
      await expect(answer(service, call)).rejects.toMatchObject({ code: 'MIGR_COLUMN_UNKNOWN', status: 503 });
      await expect(answer(service, { ...call, id: 'x' })).rejects.toMatchObject({
        hint: expect.stringContaining("'phones'"),
      });
      expect((await pool.query('select 1 as alive')).rows).toEqual([{ alive: 1 }]);
    });
  } finally {
    await owner.query('alter table callbot.customer rename column phones to phone');
  }
});
