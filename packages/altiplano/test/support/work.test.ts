import { expect, test } from 'vitest';
import { withOwner } from '../../src/execute/owner.ts';
import { type Template, useDatabase } from './database.ts';
import { growthOf, workOf } from './work.ts';

const plain: Template = { name: 'work', key: '1', build: async () => {} };
const database = useDatabase(plain);

const table = (name: string, body: string) => `
create table ${name} (id int primary key, n int not null);
insert into ${name} select g, 0 from generate_series(1, 2000) g;
create function ${name}_changed() returns trigger language plpgsql as $$
begin
  perform ${body};
  return null;
end $$;
create trigger changed after update on ${name} referencing old table as old_rows new table as new_rows
  for each statement execute function ${name}_changed();`;

// Planted: a join whose plan is made for the first row. The other is what the product's triggers do instead.
const SCHEMA =
  table('joined', 'count(*) from old_rows o join new_rows n on n.id = o.id where n.n <> o.n') +
  table(
    'paired',
    'count(*) from (select o.n as before, n.n as now from old_rows o full join new_rows n using (id) offset 0) b where b.now <> b.before',
  );

test('a trigger that looks at each row for each is told from one that does not', async () => {
  await withOwner(database.url(), async (client) => {
    await client.query(`${SCHEMA} analyze`);
    const update = (name: string) => (rows: number) => `update ${name} set n = n + 1 where id <= ${rows}`;
    expect(await growthOf(client, update('joined'))).toBeGreaterThan(10);
    expect(await growthOf(client, update('paired'), { times: 2 })).toBeLessThan(5);
  });
});

test('a statement that fails is told, and the next one is measured', async () => {
  await withOwner(database.url(), async (client) => {
    await expect(workOf(client, 'begin; select 1 / 0; rollback')).rejects.toMatchObject({ code: '22012' });
    expect(await workOf(client, 'select from generate_series(1, 7)')).toBe(7);
  });
});
