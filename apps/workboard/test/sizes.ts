import { isFurtherServer, migrateApp, sourceKey, type Template, withOwner } from 'altiplano/testing';
import { workboard } from '../app.ts';
import { buildKept } from './workboard-database.ts';

const uuid = (kind: string, index: number) =>
  `00000000-0000-4000-8000-${kind.padStart(4, '0')}${String(index).padStart(8, '0')}`;

/** A further PostgreSQL gets fewer: loading takes longer than asking. */
const LARGE = isFurtherServer ? 5_000 : 15_000;
/** Organizations of so many tasks in the same tables; the last has all of them in one project, none of it urgent. */
export const SIZES = [5, 15, LARGE, LARGE + 1] as const;
export const ownerOf = (index: number) => uuid('b', index + 1);
export const projectOf = (index: number) => uuid('c', index + 1);

const sql = SIZES.map((tasks, index) => {
  const [organization, owner] = [uuid('a', index + 1), ownerOf(index)];
  const isOdd = index === 3;
  return `
insert into organization (id, name, slug) values ('${organization}', 'Of ${tasks}', 'of-${tasks}');
insert into member (id, organization_id, email, name, role) values ('${owner}', '${organization}', 'o@example.org', 'O', 'owner');
insert into project (id, organization_id, owner_id, name, created_at)
select case p when 1 then '${projectOf(index)}'::uuid else gen_random_uuid() end, '${organization}', '${owner}', 'Project ' || p,
  timestamptz '2025-01-01Z' + p * interval '1 hour'
from generate_series(1, ${isOdd ? 1 : Math.max(1, Math.floor(tasks / 5))}) p;
insert into task (organization_id, project_id, assignee_id, title, status, priority, due_date, created_at)
select '${organization}', p.id, case when t % 3 = 0 then null else '${owner}'::uuid end, 'Task number ' || t,
  (array['todo', 'in_progress', 'done'])[1 + t % 3], (array['low', 'normal', 'high'${isOdd ? '' : ", 'urgent'"}])[1 + t % ${isOdd ? 3 : 4}],
  case when t % 4 = 0 then null else date '2026-01-01' + t % 300 end, timestamptz '2025-06-01Z' + t * interval '1 minute'
from generate_series(1, ${tasks}) t
join (select id, row_number() over (order by created_at) as n, count(*) over () as many from project
      where organization_id = '${organization}') p on p.n = 1 + t % p.many;`;
}).join('\n');

export const sizedWorkboard: Template = {
  name: 'workboard_sizes',
  key: `${sourceKey(workboard)} 1 ${sql}`,
  build: async (url) => {
    await migrateApp(url, workboard);
    await withOwner(url, async (client) => {
      await client.query('set search_path to workboard');
      await client.query(sql);
    });
    await buildKept(url);
    await withOwner(url, (client) => client.query('vacuum (analyze)').then(() => {}));
  },
};
