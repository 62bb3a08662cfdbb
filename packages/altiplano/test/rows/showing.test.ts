import { expect, test } from 'vitest';
import { planRequest } from '../../src/plan/plan-request.ts';
import { parseRequest } from '../../src/request/parse-request.ts';
import { emit } from '../../src/sql/emit.ts';
import { CHIEF, FIRM } from './depot-sql.ts';
import { useDepot } from './use-depot.ts';
import { listed } from './walk.ts';

const depot = useDepot();
const NEWEST = 't.created_at desc, t.id desc';
const textOf = (resource: string, id: string | null) => {
  const service = depot.service(resource);
  const { request } = parseRequest(service.resource, id, new URLSearchParams({ firm_id: FIRM }));
  const caller = { userId: CHIEF, role: 'chief', attributes: {} };
  return emit(planRequest(request, { ...service, caller })).text;
};

test('what only details show no list reads', async () => {
  const [id = ''] = await listed(depot, 'ticket', [], NEWEST);
  expect(textOf('tickets', id)).toContain('t.notes');
  expect(textOf('tickets', null)).not.toContain('notes');
  const { body: page } = await depot.get(CHIEF, 'tickets', '?page_size=1');
  const { body } = await depot.get(CHIEF, 'tickets', `${id}/`);
  const { notes, ...rest } = body;
  expect(page.results).toEqual([rest]);
  expect(Object.keys(body).at(-1)).toBe('notes');
  expect(notes).toBe(rest.title.replace('Ticket', 'Notes'));
  // The answer of a write is a detail's.
  const written = await depot.send(CHIEF, 'tickets', `PATCH ${id}/`, { body: { title: 'Other' } });
  expect(written.body).toEqual({ ...body, title: 'Other' });
});

test('a figure that only details show is kept with the others', async () => {
  const [id = ''] = await listed(depot, 'job', [], NEWEST);
  const { rows } = await depot.owner().query('select count(*)::int as n from ticket where job_id = $1', [id]);
  expect((await depot.get(CHIEF, 'jobs', `${id}/`)).body.tickets).toBe(rows[0].n);
  expect(Object.keys((await depot.get(CHIEF, 'jobs')).body.results[0])).not.toContain('tickets');
});

test('the tenant a row belongs to is shown by its own key', async () => {
  const { body } = await depot.get(CHIEF, 'jobs');
  expect(body.results.map(({ firm }: { firm: unknown }) => firm)).toEqual(
    body.results.map(() => ({ id: FIRM, name: 'Ours' })),
  );
  expect(textOf('jobs', null)).not.toContain('o.firm_id');
});

test('children come as a list of so many at most, in their order', async () => {
  const { rows } = await depot.owner().query(
    `select t.id, (
       select coalesce(json_agg(json_build_object('id', v.id, 'day', v.made_on, 'guide', v.guide)), '[]')
       from (
         select v.id, v.made_on, (select json_build_object('name', g.name) from guide g where g.id = v.guide_id) as guide
         from visit v where v.ticket_id = t.id order by v.made_on desc, v.id desc limit 2
       ) v) as latest
     from ticket t where t.firm_id = $1 order by ${NEWEST}`,
    [FIRM],
  );
  const { body } = await depot.get(CHIEF, 'tickets', '?page_size=100');
  const shown = body.results.map(({ id, latest }: Record<string, unknown>) => ({ id, latest }));
  expect(shown).toEqual(rows.slice(0, 100));
  const lengths = new Set(shown.map(({ latest }: { latest: unknown[] }) => latest.length));
  expect([...lengths].sort()).toEqual([0, 2]);
  expect(JSON.stringify(shown)).toContain('"guide":null');
  // As compact as everything else in a reply.
  expect((await depot.get(CHIEF, 'tickets', '?page_size=100')).text).toBe(JSON.stringify(body));
});
