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
where o.user_count <> (select count(*) from finance.organization_link l where l.organization_id = o.id)
union all
select 'block', b.organization_id from (
  select b.*, lead(row(b.user_name, b.user_id)) over (partition by b.organization_id order by b.user_name, b.user_id) as ends
  from finance.organization_user_block b
) b
where b.users > 512 or b.users <> (
  select count(*) from finance.organization_link l
  where l.organization_id = b.organization_id and (l.user_name collate "C", l.user_id) >= (b.user_name, b.user_id)
    and (b.ends is null or row(l.user_name collate "C", l.user_id) < b.ends)
)`;

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
      ORGANIZATIONS.other,
      USERS.olga,
    ]);
  await expect(moved).rejects.toMatchObject({ constraint: 'organization_link_kept' });
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

test('every page is what is there from its place on, however users come, go and are renamed', async () => {
  const owner = api.owner();
  const expectPages = async () => {
    expect((await owner.query(WRONG)).rows).toEqual([]);
    const { rows } = await owner.query<{ id: string }>(
      `select l.user_id as id from finance.organization_link l join finance.app_user u on u.id = l.user_id
       where l.organization_id = $1 order by u.name collate "C", u.id`,
      [ORGANIZATIONS.acme],
    );
    const pages = Math.ceil(rows.length / 10);
    for (const page of new Set([1, Math.ceil(pages / 3), Math.ceil(pages / 2), pages, pages + 1])) {
      const { json } = await api.send({ as: 'olga', path: `/users?page=${page}&size=10`, headers: ACME });
      const ids = rows.slice((page - 1) * 10, page * 10).map(({ id }) => id);
      expect([json.total, json.items.map(({ id }: { readonly id: string }) => id)]).toEqual([rows.length, ids]);
    }
  };
  // A few names only, so that blocks begin between users of one name.
  await owner.query(`
    insert into finance.app_user (id, email, name)
    select md5('place ' || n)::uuid, n || '@place.example', (array['Ann', 'ann', 'Åsa', 'Bo', ''])[1 + n % 5] from generate_series(1, 3000) n`);
  const link = (from: number, to: number) =>
    owner.query(
      `insert into finance.organization_link (user_id, organization_id, role)
       select md5('place ' || n)::uuid, $1, 'viewer' from generate_series($2::int, $3::int) n`,
      [ORGANIZATIONS.acme, from, to],
    );
  await link(1, 700);
  await expectPages();
  for (let user = 701; user <= 760; user++) await link(user, user);
  await link(761, 3000);
  await expectPages();
  await owner.query(
    `update finance.app_user set name = 'Cy' where id in (select md5('place ' || n)::uuid from generate_series(1, 3000, 2) n)`,
  );
  await expectPages();
  await owner.query(`delete from finance.organization_link where user_name in ('Bo', 'Cy') and organization_id = $1`, [
    ORGANIZATIONS.acme,
  ]);
  await expectPages();
  await owner.query(`delete from finance.app_user where email like '%@place.example'`);
  await expectPages();
});
