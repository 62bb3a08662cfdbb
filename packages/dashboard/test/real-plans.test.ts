import { expect, test } from 'vitest';
import { withOwner } from '../../altiplano/src/execute/owner.ts';
import { useDatabase } from '../../altiplano/test/support/database.ts';
import { judge, type Measured, ownOf } from '../src/plan/judge.ts';
import { readPlan } from '../src/plan/read-plan.ts';

const ROWS = `
  create table parent (id int primary key, name text not null);
  create table child (id int primary key, parent_id int not null, amount int not null);
  insert into parent select i, 'parent ' || i from generate_series(1, 500) i;
  insert into child select i, i % 500 + 1, i % 97 from generate_series(1, 100000) i;
  create index on child (parent_id);
  analyze parent, child;
`;
const database = useDatabase({
  name: 'dashboard_plans',
  key: ROWS,
  build: (url) => withOwner(url, async (client) => void (await client.query(ROWS))),
});

const STATEMENTS = {
  'a join':
    'select p.name, sum(c.amount) from parent p join child c on c.parent_id = p.id group by 1 order by 2 limit 10',
  'a loop':
    'select p.id, l.amount from parent p cross join lateral (select amount from child c where c.parent_id = p.id order by amount limit 1) l',
  'a WITH read once': 'with big as materialized (select * from child) select count(*) from big where amount > 50',
  'a WITH read twice':
    'with big as materialized (select * from child) select (select count(*) from big where amount > 50), (select sum(id) from big)',
  'a subquery': 'select p.id, (select count(*) from child c where c.parent_id = p.id) from parent p',
  'a limit': 'select * from child c join parent p on p.id = c.parent_id limit 5',
} as const;
/** As many processes as there are to be had, however small the table. */
const PARALLEL = `set local parallel_setup_cost = 0; set local parallel_tuple_cost = 0; set local min_parallel_table_scan_size = 0;
  set local max_parallel_workers_per_gather = 2`;

const explain = (statement: string, settings = 'set local max_parallel_workers_per_gather = 0'): Promise<unknown> =>
  withOwner(database.url(), async (client) => {
    await client.query(`begin; ${settings}`);
    const { rows } = await client.query(`explain (analyze, buffers, format json) ${statement}`);
    await client.query('rollback');
    return rows[0]['QUERY PLAN'];
  });

/** How much of the whole the steps' own figures are together: 1, where each is counted once. */
function explained(plan: unknown, by: Measured): number {
  const read = readPlan(plan);
  if ('problem' in read) throw new Error(read.problem);
  const { root } = read.plan;
  const { nodes } = judge(root, by);
  const whole = {
    time: Number(root['Actual Total Time']),
    buffers: Number(root['Shared Hit Blocks']) + Number(root['Shared Read Blocks']),
    cost: Number(root['Total Cost']),
  };
  return nodes.reduce((sum, node) => sum + ownOf(node, by), 0) / whole[by];
}

test.each(Object.entries(STATEMENTS))('own figures of %s add up to the whole', async (_, statement) => {
  const plan = await explain(statement);
  expect(explained(plan, 'buffers')).toBeCloseTo(1, 6);
  expect(explained(plan, 'cost')).toBeCloseTo(1, 6);
  // Clocks are read for each step, and times printed to the microsecond.
  expect(explained(plan, 'time')).toBeGreaterThan(0.9);
  expect(explained(plan, 'time')).toBeLessThan(1.1);
});

test('own times of processes side by side add up to what one waited', async () => {
  const plan = await explain('select amount, count(*) from child group by 1', PARALLEL);
  expect(JSON.stringify(plan)).toContain('"Workers Launched"');
  expect(explained(plan, 'time')).toBeGreaterThan(0.75);
  expect(explained(plan, 'time')).toBeLessThan(1.25);
});
