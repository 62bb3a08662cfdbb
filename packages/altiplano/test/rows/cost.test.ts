import { beforeAll, expect, test } from 'vitest';
import { explainUrl } from '../../src/explain.ts';
import { CHIEF, FIRM, WORKER } from './depot-sql.ts';
import { useDepot } from './use-depot.ts';
import { listed } from './walk.ts';

const depot = useDepot();

/** Many tickets, and to the newest of them far more visits than are shown. */
beforeAll(async () => {
  const owner = depot.owner();
  await owner.query(
    `insert into ticket (firm_id, job_id, owner_id, title, priority, privacy, due_date)
     select '${FIRM}', j.id, '${WORKER}', 'More ' || n, (array['low', 'normal', 'high', 'urgent'])[1 + n % 4], 'team',
       date '2026-02-01' + n % 300
     from generate_series(1, 1500) n cross join (select id from job where firm_id = '${FIRM}' order by id limit 1) j`,
  );
  const [newest] = await listed(depot, 'ticket', [], 't.created_at desc, t.id desc');
  await owner.query(
    `insert into visit (firm_id, ticket_id, made_on) select '${FIRM}', $1, date '2026-03-01' + n % 700 from generate_series(1, 5000) n`,
    [newest],
  );
  await owner.query('vacuum analyze');
}, 180_000);

async function explain(role: string, resource: string, search: string) {
  const caller = { userId: role === 'chief' ? CHIEF : WORKER, role, attributes: {} };
  const url = new URL(`http://localhost/${resource}/?firm_id=${FIRM}&${search}`);
  return explainUrl(depot.service(resource), caller, url);
}

test.each([
  ['chief', 'tickets', ''],
  ['worker', 'tickets', ''],
  ['chief', 'tickets', 'order=priority'],
  ['worker', 'tickets', 'order=priority'],
  ['chief', 'tickets', 'order=-due_date&status=todo'],
  ['chief', 'tickets', 'owner_id=null&due_date__lt=2026-05-01'],
  ['chief', 'visits', ''],
  ['chief', 'visits', 'made_on__lt=2026-05-01'],
  ['chief', 'visits', 'order=-minutes'],
  ['chief', 'jobs', ''],
])('a page for a %s of %s?%s touches no more than was promised', async (role, resource, search) => {
  const { bound, explained, plan } = await explain(role, resource, search);
  expect({ bound, buffers: explained.buffers, promised: plan.bound.buffers }).toMatchObject({ bound: 'kept' });
});

test('first children cost an index probe, however many there are', async () => {
  const { explained } = await explain('chief', 'tickets', 'page_size=1');
  expect(explained.text).toMatch(/Index (Only )?Scan.* on visit c .*rows=2/);
  expect(explained.buffers).toBeLessThan(60);
});

test('a page by rank or day is a stretch of its index, at its beginning and far into it', async () => {
  for (const order of ['priority', '-priority', 'due_date']) {
    const { body } = await depot.get(CHIEF, 'tickets', `?order=${order}&page_size=100`);
    const next = new URL(body.next).searchParams;
    next.delete('firm_id');
    for (const search of [`order=${order}`, `${next}`]) {
      const { explained } = await explain('chief', 'tickets', `${search}&page_size=5`);
      expect(explained.finding).toBeLessThan(60);
    }
  }
});

test('what the database has numbered is found by its numbers', async () => {
  const { pool, resource } = depot.service('visits');
  const [visit = ''] = await listed(depot, 'visit', [], 't.id desc');
  const text = `select t.id from depot.${resource.table} t where t.firm_id = $1::uuid and t.id = any(current_setting('altiplano.written')::bigint[])`;
  const client = await pool.connect();
  try {
    await client.query('begin');
    await client.query("select set_config('altiplano.tenant', $1, true), set_config('altiplano.written', $2, true)", [
      FIRM,
      `{${visit}}`,
    ]);
    const { rows } = await client.query(`explain (analyze, costs off, timing off) ${text}`, [FIRM]);
    const plan = rows.map((row) => row['QUERY PLAN']).join('\n');
    expect(plan).toMatch(/Index Cond: .*id = ANY/);
    expect(plan).toMatch(/Index .*rows=1/);
  } finally {
    await client.query('rollback');
    client.release();
  }
});
