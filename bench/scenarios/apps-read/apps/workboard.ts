import type { OwnerClient } from 'altiplano';
import { encodeCursor } from 'altiplano/testing';
import { workboard } from '../../../../apps/workboard/app.ts';
import { answerNaively } from '../../../../apps/workboard/naive.ts';
import { tasks } from '../../../../apps/workboard/resources.ts';
import type { AppBench, AppCase, Place } from '../app-bench.ts';

const list = (name: string, path: string, query = ''): AppCase => ({
  name: `GET ${path}${name === '' ? '' : ` ${name}`}`,
  target: `${path}?${query}`,
  // The naive twin loads the whole list for a search.
  naive: query.includes('search=') ? null : { query, offset: 0 },
});

/** A page in the middle: by cursor for us, by OFFSET for the twin. */
async function middle(owner: OwnerClient, { user, size }: Place): Promise<AppCase> {
  const offset = Math.floor(size / 2);
  const { rows } = await owner.query<{ at: string; id: string }>(
    `select to_char(t.created_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as at, t.id
     from workboard.task t
     where t.organization_id = (select m.organization_id from workboard.member m where m.id = $1)
     order by t.created_at desc, t.id desc offset $2 limit 1`,
    [user, offset - 1],
  );
  const { at = '', id = '' } = rows[0] ?? {};
  const cursor = encodeCursor(tasks, { reading: 'after', values: [at, id] });
  return {
    name: 'GET /tasks/ half way down (naive: OFFSET)',
    target: `/tasks/?cursor=${cursor}`,
    naive: { query: '', offset },
  };
}

export const workboardBench: AppBench = {
  app: workboard,
  volumes: {
    quick: { tasks: 40_000, projects: 200, members: 60, organizations: 3 },
    full: { tasks: 1_250_000, projects: 3_000, members: 400, organizations: 3 },
  },
  places: async (owner) => {
    const { rows } = await owner.query<{ user: string; size: number }>(
      `select (select m.id from workboard.member m where m.organization_id = t.organization_id and m.role = 'owner' limit 1) as user,
         count(*)::int as size from workboard.task t group by t.organization_id order by 2`,
    );
    const [small, large] = [rows[0], rows.at(-1)];
    return small === undefined || large === undefined ? [] : [small, large];
  },
  cases: async (owner, place) => {
    const { rows } = await owner.query<{ task: string; project: string; member: string; log: string }>(
      `select t.id as task, t.project_id as project, m.id as member, (
         select l.record_id from workboard.audit_log l where l.organization_id = t.organization_id limit 1) as log
       from workboard.member m join workboard.task t on t.organization_id = m.organization_id where m.id = $1
       order by t.created_at desc limit 1`,
      [place.user],
    );
    const [some] = rows;
    if (some === undefined) throw new Error('the small organization has no task');
    const one = (path: string): AppCase => ({
      name: `GET ${path.replace(/[0-9a-f-]{36}/, '{id}')}`,
      target: path,
      naive: { query: '', offset: 0 },
    });
    return [
      list('', '/projects/'),
      list('filtered', '/projects/', 'status=active'),
      list('searched', '/projects/', 'search=relaunch'),
      list('', '/tasks/'),
      await middle(owner, place),
      list('by due date', '/tasks/', 'order=due_date'),
      list('by priority', '/tasks/', 'order=priority'),
      list(
        'five filters',
        '/tasks/',
        'status=todo,in_progress&priority=high,urgent&assignee_id=null&due_date__gte=2020-01-01&order=-created_at',
      ),
      list('of a project', '/tasks/', `project_id=${some.project}`),
      list('searched', '/tasks/', 'search=backup'),
      list('', '/members/'),
      list('', '/api-keys/'),
      list('', '/audit-logs/'),
      list('of a record', '/audit-logs/', `record_id=${some.log}`),
      one(`/projects/${some.project}/`),
      one(`/tasks/${some.task}/`),
      {
        name: 'PATCH /tasks/{id}/',
        method: 'PATCH',
        target: `/tasks/${some.task}/`,
        body: { priority: 'high' },
        naive: null,
      },
      {
        name: 'POST /tasks/',
        method: 'POST',
        target: '/tasks/',
        body: { title: 'Measured', project_id: some.project },
        naive: null,
      },
      {
        name: 'POST /api-keys/',
        method: 'POST',
        target: '/api-keys/',
        body: { name: 'Measured', scopes: ['tasks:read'] },
        naive: null,
      },
    ];
  },
  naive: (owner, { user }, path, { query, offset }) =>
    answerNaively(owner, workboard.schema, { caller: { kind: 'member', id: user }, path, query }, { offset }),
};
