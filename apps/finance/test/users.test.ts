import { connectOwner } from 'altiplano';
import { expect, test } from 'vitest';
import { ORGANIZATIONS, USERS } from './fixture.ts';
import { ACME, useFinance } from './server.ts';

const api = useFinance();
const names = async (): Promise<readonly string[]> => {
  const { json } = await api.send({ as: 'olga', path: '/users?size=100', headers: ACME });
  return json.items.map(({ name }: { readonly name: string }) => name);
};
const rename = (name: string) =>
  api.owner().query('update finance.app_user set name = $1 where id = $2', [name, USERS.anna]);

const WRONG = `
select 'name' as what, l.user_id as id from finance.organization_link l join finance.app_user u on u.id = l.user_id where u.name <> l.user_name
union all
select 'count', o.id from finance.organization o
where o.user_count <> (select count(*) from finance.organization_link l where l.organization_id = o.id)`;

test('a page follows a new name, a user who goes and one who comes', async () => {
  const before = await names();
  await rename('zoë, the last');
  expect((await names()).at(-1)).toBe('zoë, the last');
  const gone = 'delete from finance.organization_link where user_id = $1 and organization_id = $2';
  await api.owner().query(gone, [USERS.anna, ORGANIZATIONS.acme]);
  const { json } = await api.send({ as: 'olga', path: '/users', headers: ACME });
  expect(json.total).toBe(before.length - 1);
  const link = 'insert into finance.organization_link (user_id, organization_id, role) values ($1, $2, $3)';
  await api.owner().query(link, [USERS.anna, ORGANIZATIONS.acme, 'accountant']);
  expect(await names()).toHaveLength(before.length);
  expect((await api.owner().query(WRONG)).rows).toEqual([]);
  const moved = api
    .owner()
    .query('update finance.organization_link set organization_id = $1 where user_id = $2', [
      ORGANIZATIONS.acme,
      USERS.olga,
    ]);
  await moved.catch((error: unknown) => expect(error).toMatchObject({ constraint: 'organization_link_kept' }));
});

test('renamed while it is linked: whoever comes second finds what the first has written', async () => {
  const other = await connectOwner(api.url());
  try {
    const remove = 'delete from finance.organization_link where user_id = $1 and organization_id = $2';
    await api.owner().query(remove, [USERS.anna, ORGANIZATIONS.acme]);
    await other.query('begin');
    await other.query('insert into finance.organization_link (user_id, organization_id, role) values ($1, $2, $3)', [
      ...[USERS.anna, ORGANIZATIONS.acme, 'accountant'],
    ]);
    const renamed = rename('Anna while she is linked');
    const waiting = "select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'";
    await expect.poll(async () => (await other.query(waiting)).rowCount, { timeout: 20_000 }).toBe(1);
    await other.query('commit');
    await renamed;
    expect(await names()).toContain('Anna while she is linked');
    expect((await api.owner().query(WRONG)).rows).toEqual([]);
  } finally {
    await other.end();
  }
});
