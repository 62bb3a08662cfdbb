import { expect, test } from 'vitest';
import { checkDeclaration } from '../../src/resource/check.ts';
import { statesMigration } from '../../src/write/states-migration.ts';
import { ticketList } from './depot.ts';
import { CHIEF, FIRM } from './depot-sql.ts';
import { useDepot } from './use-depot.ts';

const depot = useDepot();

const jobOfFirm = async (): Promise<{ id: string }> =>
  (await depot.owner().query('select id from job where firm_id = $1 order by id limit 1', [FIRM])).rows[0];

async function ticket(status?: string): Promise<string> {
  const job = await jobOfFirm();
  const made = await depot.send(CHIEF, 'tickets', 'POST', {
    body: { job_id: job.id, title: 'moves', ...(status === undefined ? {} : { status }) },
  });
  expect([made.status, made.errors]).toEqual([201, {}]);
  return made.body.id;
}
const move = (id: string, status: string, ifMatch?: string) =>
  depot.send(CHIEF, 'tickets', `PATCH ${id}/`, { body: { status }, ...(ifMatch === undefined ? {} : { ifMatch }) });

test('a row goes where its state leads, and what is not listed is refused with what is', async () => {
  const id = await ticket();
  expect((await move(id, 'done')).errors).toEqual({ status: ["From 'todo' it goes to 'in_progress' or 'dropped'."] });
  expect((await move(id, 'in_progress')).body.status).toBe('in_progress');
  const staying = await move(id, 'in_progress');
  expect([staying.status, staying.errors]).toEqual([
    409,
    { status: ["From 'in_progress' it goes to 'todo' or 'done'."] },
  ]);
  expect((await depot.get(CHIEF, 'tickets', `${id}/`)).body.status).toBe('in_progress');
});

test('a state that leads nowhere says so; what names no state changes all else', async () => {
  const id = await ticket();
  await move(id, 'dropped');
  const back = await move(id, 'todo');
  expect([back.status, back.errors]).toEqual([409, { status: ["'dropped' is where it ends."] }]);
  const renamed = await depot.send(CHIEF, 'tickets', `PATCH ${id}/`, { body: { title: 'still dropped' } });
  expect(renamed.body).toMatchObject({ title: 'still dropped', status: 'dropped' });
});

test('a new row begins in one of the first states', async () => {
  await ticket('in_progress');
  const job = await jobOfFirm();
  const made = await depot.send(CHIEF, 'tickets', 'POST', { body: { job_id: job.id, title: 'x', status: 'done' } });
  expect([made.status, made.errors]).toEqual([409, { status: ["A new one is 'todo' or 'in_progress'."] }]);
});

test('of many at once all or none, named by their place; what is not there is told first', async () => {
  const [one, other] = [await ticket(), await ticket()];
  const bulk = await depot.send(CHIEF, 'tickets', 'PATCH bulk/', {
    body: {
      items: [
        { id: one, status: 'in_progress' },
        { id: other, status: 'done' },
      ],
    },
  });
  expect([bulk.status, Object.keys(bulk.errors)]).toEqual([409, ['items.1.status']]);
  expect((await depot.get(CHIEF, 'tickets', `${one}/`)).body.status).toBe('todo');
  expect((await move('00000000-0000-4000-8000-00000000dead', 'done')).status).toBe(404);
  expect((await move(one, 'done', '"stale"')).status).toBe(412);
});

test('of ten who move a row at once one does', async () => {
  const id = await ticket();
  const statuses = await Promise.all(Array.from({ length: 10 }, async () => (await move(id, 'in_progress')).status));
  expect(statuses.sort()).toEqual([200, ...Array.from({ length: 9 }, () => 409)]);
});

test.each([
  [{ status: { column: 'status', moves: { todo: ['lost'] }, starts: null, needs: {} } }, "to or from 'lost'"],
  [{ status: { column: 'nothing', moves: {}, starts: null, needs: {} } }, 'which no body sets'],
  [
    { status: { column: 'status', moves: { todo: ['done'] }, starts: null, needs: { todo: 'x' } } },
    'where nothing leads',
  ],
])('a machine that cannot be is refused: %j', ({ status }, problem) => {
  const { writes } = ticketList;
  if (writes === null) throw new Error('tickets are written');
  const domains = {
    status: { type: 'text', values: ['todo', 'in_progress', 'done', 'dropped'], nullable: false },
  } as const;
  const wrong = { ...ticketList, domains, writes: { ...writes, states: [status] } };
  expect(() => checkDeclaration(wrong)).toThrow(problem);
});

test('the printed trigger holds the same table against whoever else writes, and goes again', async () => {
  const [up = '', down = ''] = statesMigration([ticketList]).split('-- Down Migration');
  const id = await ticket();
  await depot.owner().query(up);
  const set = (status: string) => depot.owner().query('update ticket set status = $1 where id = $2', [status, id]);
  await expect(set('done')).rejects.toMatchObject({ code: '23514', constraint: 'ticket_status_moves' });
  await set('in_progress');
  await set('in_progress');
  expect((await move(id, 'done')).status).toBe(200);
  await depot.owner().query(down);
  await set('dropped');
});
