import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { verifyBitmap } from '../../src/bitmap/verify.ts';
import { connectOwner } from '../../src/execute/owner.ts';
import { rollupsOf } from '../../src/resource/rollup.ts';
import { verifyRollup } from '../../src/rollup/verify.ts';
import { jobs, ticketList } from './depot.ts';
import { CHIEF, DEPOT, FIRM, OTHER_FIRM, STRANGER } from './depot-sql.ts';
import { useDepot } from './use-depot.ts';
import { listed, walkAll } from './walk.ts';

const depot = useDepot();
const NEWEST = 't.created_at desc, t.id desc';
const idOf = async (title: string) => {
  const { rows } = await depot.owner().query('select id from job where title = $1', [title]);
  return String(rows[0]?.id);
};
const count = async (table: string) =>
  Number((await depot.owner().query(`select count(*) as n from ${table}`)).rows[0].n);

test('no statement looks at a mark of deletion', async () => {
  const { rows } = await depot.owner().query("select state from altiplano.bitmap where schema_name = 'depot'");
  expect(rows).toEqual([{ state: 'ready' }, { state: 'ready' }]);
  expect(await walkAll(depot, CHIEF, 'jobs')).toEqual(await listed(depot, 'job', [], NEWEST));
  expect(await walkAll(depot, CHIEF, 'jobs', 'status=open')).toEqual(
    await listed(depot, 'job', ["status = 'open'"], NEWEST),
  );
});

test('a deletion takes the row, and its children by their foreign keys', async () => {
  const id = await idOf('Job 2');
  const before = await count('ticket');
  const own = Number((await depot.owner().query('select count(*) as n from ticket where job_id = $1', [id])).rows[0].n);
  expect(own).toBeGreaterThan(0);
  const answered = await depot.send(CHIEF, 'jobs', `DELETE ${id}/`);
  expect(answered).toMatchObject({ status: 204, text: '' });
  expect(await idOf('Job 2')).toBe('undefined');
  expect(await count('ticket')).toBe(before - own);
  expect(
    (await depot.owner().query('select from visit v left join ticket t on t.id = v.ticket_id where t.id is null')).rows,
  ).toEqual([]);
  expect((await depot.get(CHIEF, 'jobs', `${id}/`)).status).toBe(404);
  expect((await depot.send(CHIEF, 'jobs', `DELETE ${id}/`)).status).toBe(404);
});

test('what is gone is in no list, count, bitmap or figure', async () => {
  for (const search of ['', 'status=todo', 'priority__neq=low', 'search=ticket']) {
    const sql = {
      '': [],
      'status=todo': ["status = 'todo'"],
      'priority__neq=low': ["priority <> 'low'"],
      'search=ticket': [],
    }[search];
    expect(await walkAll(depot, CHIEF, 'tickets', search)).toEqual(await listed(depot, 'ticket', sql ?? [], NEWEST));
  }
  const { body } = await depot.get(CHIEF, 'jobs', '?count=exact');
  const { rows } = await depot.owner().query(
    `select j.id, (select count(*)::int from ticket t where t.job_id = j.id and t.status in ('todo', 'in_progress')) as open,
       (select count(*)::int from ticket t where t.job_id = j.id and t.status = 'done') as done
     from job j where j.firm_id = $1 order by j.created_at desc, j.id desc`,
    [FIRM],
  );
  expect(body.count).toBe(rows.length);
  expect(body.results.map(({ id, open, done }: Record<string, unknown>) => ({ id, open, done }))).toEqual(rows);
});

test('a row of another tenant, a made-up one and a malformed id are not there', async () => {
  const theirs = await idOf('Job 6');
  for (const id of [theirs, '00000000-0000-4000-8000-00000000dead', 'nonsense']) {
    expect((await depot.send(CHIEF, 'jobs', `DELETE ${id}/`)).status).toBe(404);
  }
  expect(await idOf('Job 6')).toBe(theirs);
  expect((await depot.send(STRANGER, 'jobs', `DELETE ${theirs}/`, { firm: OTHER_FIRM })).status).toBe(204);
});

test('a deletion can depend on a tag', async () => {
  const id = await idOf('Job 3');
  const { headers } = await depot.get(CHIEF, 'jobs', `${id}/`);
  await depot.send(CHIEF, 'jobs', `PATCH ${id}/`, { body: { title: 'Job 3, once more' } });
  expect((await depot.send(CHIEF, 'jobs', `DELETE ${id}/`, { ifMatch: headers.etag ?? '' })).status).toBe(412);
  const now = (await depot.get(CHIEF, 'jobs', `${id}/`)).headers.etag ?? '';
  expect((await depot.send(CHIEF, 'jobs', `DELETE ${id}/`, { ifMatch: now })).status).toBe(204);
});

test('of several all go or none', async () => {
  const [one, two] = [await idOf('Job 1'), await idOf('Job 4')];
  const made = '00000000-0000-4000-8000-00000000dead';
  const refused = await depot.send(CHIEF, 'jobs', 'DELETE bulk/', { body: { firm_id: FIRM, ids: [one, made] } });
  expect(refused).toMatchObject({ status: 400, errors: { 'ids.1': ['Not found.'] } });
  expect(await idOf('Job 1')).toBe(one);
  expect((await depot.send(CHIEF, 'jobs', 'DELETE bulk/', { body: { firm_id: FIRM, ids: [one, two] } })).status).toBe(
    204,
  );
  expect(await walkAll(depot, CHIEF, 'jobs')).toEqual(await listed(depot, 'job', [], NEWEST));
});

test('what is created after a deletion is found, whatever is asked', async () => {
  const { body, headers } = await depot.send(CHIEF, 'jobs', 'POST ', {
    body: { firm_id: FIRM, title: 'New', status: 'closed' },
  });
  expect(headers.location).toBe(`http://localhost/jobs/${body.id}/?firm_id=${FIRM}`);
  expect(body).toMatchObject({ title: 'New', firm: { id: FIRM, name: 'Ours' }, open: 0, done: 0, tickets: 0 });
  expect(await walkAll(depot, CHIEF, 'jobs', 'status=closed')).toContain(body.id);
});

test('a deletion waits for whoever adds a child, and takes it along', async () => {
  const [id = ''] = await listed(depot, 'job', [], NEWEST);
  const other = await connectOwner(depot.url());
  try {
    await other.query(`set search_path to ${DEPOT}; begin`);
    await other.query("insert into ticket (firm_id, job_id, title) values ($1, $2, 'late')", [FIRM, id]);
    const deleted = depot.send(CHIEF, 'jobs', `DELETE ${id}/`);
    const first = await Promise.race([deleted.then(() => 'deleted'), sleep(300).then(() => 'waits')]);
    await other.query('commit');
    expect([first, (await deleted).status]).toEqual(['waits', 204]);
    expect((await other.query("select from ticket where title = 'late'")).rows).toEqual([]);
  } finally {
    await other.end();
  }
});

test('bitmaps and figures have followed all of it', async () => {
  for (const { bitmap } of [jobs, ticketList]) {
    if (bitmap === null) throw new Error('no bitmap');
    expect((await verifyBitmap(depot.url(), DEPOT, bitmap)).findings).toEqual([]);
  }
  const [rollup] = rollupsOf(jobs);
  if (rollup === undefined) throw new Error('no rollup');
  expect((await verifyRollup(depot.url(), DEPOT, rollup)).differences).toEqual([]);
});
