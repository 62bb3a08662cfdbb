import { expect, test } from 'vitest';
import { CHIEF } from './depot-sql.ts';
import { useDepot } from './use-depot.ts';
import { listed, walkAll } from './walk.ts';

const depot = useDepot();
const NEWEST = 't.created_at desc, t.id desc';

test.each([
  ['due_date__gte=2026-02-05', "due_date >= '2026-02-05'"],
  ['due_date__lt=2026-02-05', "due_date < '2026-02-05'"],
  [
    'due_date__gte=2026-02-03&due_date__lt=2026-02-08&status=done',
    "due_date >= '2026-02-03' and due_date < '2026-02-08' and status = 'done'",
  ],
  ['due_date=2026-02-04', "due_date = '2026-02-04'"],
  ['due_date__neq=2026-02-04', "due_date is distinct from '2026-02-04'"],
  ['due_date__gte=2027-01-01', 'false'],
])('%s asks bitmaps and finds what plain SQL finds', async (search, sql) => {
  expect(await walkAll(depot, CHIEF, 'tickets', search)).toEqual(await listed(depot, 'ticket', [sql], NEWEST));
  const { body } = await depot.get(CHIEF, 'tickets', `?${search}&count=exact`);
  expect(body.count).toBe((await listed(depot, 'ticket', [sql], NEWEST)).length);
});

test.each([
  ['due_date', 't.due_date nulls last, t.id'],
  ['-due_date', 't.due_date desc nulls first, t.id desc'],
])('order=%s walks past the rows without one', async (order, sql) => {
  expect(await walkAll(depot, CHIEF, 'tickets', `order=${order}`)).toEqual(await listed(depot, 'ticket', [], sql));
  expect(await walkAll(depot, CHIEF, 'tickets', `order=${order}&status=todo`)).toEqual(
    await listed(depot, 'ticket', ["status = 'todo'"], sql),
  );
  expect(await walkAll(depot, CHIEF, 'tickets', `order=${order}&due_date__gte=2026-02-04`)).toEqual(
    await listed(depot, 'ticket', ["due_date >= '2026-02-04'"], sql),
  );
});

test('what changes since is seen, a day or none', async () => {
  const [id = ''] = await listed(depot, 'ticket', ["due_date = '2026-02-04'"], NEWEST);
  const changed = await depot.send(CHIEF, 'tickets', `PATCH ${id}/`, { body: { due_date: null } });
  expect(changed.body.due_date).toBeNull();
  expect(await walkAll(depot, CHIEF, 'tickets', 'due_date=2026-02-04')).not.toContain(id);
  expect(await walkAll(depot, CHIEF, 'tickets', 'due_date__neq=2026-02-04')).toContain(id);
  await depot.send(CHIEF, 'tickets', `PATCH ${id}/`, { body: { due_date: '2026-02-05' } });
  expect(await walkAll(depot, CHIEF, 'tickets', 'due_date=2026-02-05')).toContain(id);
});
