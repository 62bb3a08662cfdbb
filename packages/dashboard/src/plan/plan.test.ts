import { describe, expect, test } from 'vitest';
import { attribute, flatten } from './attribute.ts';
import { detailsOf, judge, remarks, titleOf } from './judge.ts';
import { parsePlan, type RawNode, readPlan } from './read-plan.ts';

const node = (type: string, more: Record<string, unknown> = {}, ...Plans: RawNode[]): RawNode => ({
  'Node Type': type,
  'Total Cost': 0,
  'Plan Rows': 1,
  ...more,
  ...(Plans.length > 0 ? { Plans } : {}),
});
const ran = (time: number, loops = 1, rows = 1) => ({
  'Actual Total Time': time,
  'Actual Loops': loops,
  'Actual Rows': rows,
});
const times = (root: RawNode) => flatten(attribute(root)).map(({ raw, ownTime }) => [raw['Node Type'], ownTime]);

describe('own time', () => {
  test('is what the nodes below leave, loops counted', () => {
    const plan = node('Nested Loop', ran(100), node('Seq Scan', ran(10)), node('Index Scan', ran(0.8, 100)));
    expect(times(plan)).toEqual([
      ['Nested Loop', 10],
      ['Seq Scan', 10],
      ['Index Scan', 80],
    ]);
  });

  test('of processes side by side is the mean of one', () => {
    const scan = node('Seq Scan', ran(90, 3, 1000));
    const plan = node('Gather', { ...ran(100), 'Workers Launched': 2 }, scan);
    expect(times(plan)).toEqual([
      ['Gather', 10],
      ['Seq Scan', 90],
    ]);
  });

  test('of a loop inside processes counts the runs of one of them', () => {
    const inner = node('Index Scan', ran(0.01, 3000));
    const plan = node('Gather', { ...ran(20), 'Workers Launched': 2 }, node('Nested Loop', ran(18, 3), inner));
    expect(times(plan)).toEqual([
      ['Gather', 2],
      ['Nested Loop', 8],
      ['Index Scan', 10],
    ]);
  });

  test('of a WITH is taken from who reads it, not from who declares it', () => {
    const declared = node('Seq Scan', { ...ran(60), 'Subplan Name': 'CTE big', 'Parent Relationship': 'InitPlan' });
    const scan = node('CTE Scan', { ...ran(70), 'CTE Name': 'big' });
    expect(times(node('Sort', ran(100), declared, scan))).toEqual([
      ['Sort', 30],
      ['Seq Scan', 60],
      ['CTE Scan', 10],
    ]);
  });

  test('of a WITH read twice is taken from the reader that made it run', () => {
    const declared = node('Seq Scan', { ...ran(60), 'Subplan Name': 'CTE big' });
    const scan = (time: number) => node('CTE Scan', { ...ran(time), 'CTE Name': 'big' });
    const own = times(node('Append', ran(100), declared, scan(60), scan(20)));
    expect(own.map(([, time]) => time)).toEqual([20, 60, 0, 20]);
  });

  test('is never below nothing, nor made up', () => {
    expect(times(node('Limit', ran(1), node('Sort', ran(1.2))))[0]).toEqual(['Limit', 0]);
    expect(times(node('Limit', {}, node('Sort')))).toEqual([
      ['Limit', null],
      ['Sort', null],
    ]);
  });
});

describe('the expensive node', () => {
  const plan = node(
    'Limit',
    { 'Total Cost': 50, ...ran(12), 'Shared Hit Blocks': 110, 'Shared Read Blocks': 0 },
    node(
      'Sort',
      { 'Total Cost': 48, ...ran(11), 'Shared Hit Blocks': 110 },
      node('Seq Scan', { 'Total Cost': 40, ...ran(2), 'Shared Hit Blocks': 100 }),
    ),
  );

  test('is judged by time, by buffers, or by estimates when nothing ran', () => {
    expect(judge(plan).expensive.raw['Node Type']).toBe('Sort');
    expect(judge(plan, 'buffers').expensive.raw['Node Type']).toBe('Seq Scan');
    expect(judge(plan, 'cost').expensive.raw['Node Type']).toBe('Seq Scan');
    expect(judge(node('Limit', { 'Total Cost': 5 }), 'time')).toMatchObject({ by: 'cost', available: ['cost'] });
  });

  test('its shares add up to the whole', () => {
    const { nodes, total } = judge(plan, 'time');
    expect(nodes.reduce((sum, { ownTime }) => sum + (ownTime ?? 0), 0)).toBe(total);
    expect(total).toBe(12);
  });
});

describe('remarks', () => {
  const said = (more: Record<string, unknown>) => remarks(attribute(node('Seq Scan', more)));

  test('name what is far off, thrown away, spilled or never ran', () => {
    expect(said({ ...ran(1, 1, 500), 'Plan Rows': 5 })).toEqual(['100 times more rows than expected']);
    expect(said({ ...ran(1, 1, 5), 'Plan Rows': 500 })).toEqual(['100 times fewer rows than expected']);
    expect(said({ ...ran(1, 1, 3), 'Rows Removed by Filter': 99_000 })).toEqual([
      'read 99,000 rows only to leave them out',
    ]);
    expect(said({ 'Sort Space Type': 'Disk' })).toEqual(['sorted on disk']);
    expect(said({ 'Hash Batches': 8 })).toEqual(['hashed in 8 batches: memory did not suffice']);
    expect(said(ran(0, 0, 0))).toEqual(['never ran']);
    expect(said(ran(0.01, 1500, 1))).toEqual(['ran 1,500 times']);
  });

  test('are silent about a node as it should be', () => {
    expect(said({ ...ran(1, 1, 30), 'Plan Rows': 25, 'Rows Removed by Filter': 10 })).toEqual([]);
    expect(said({ ...ran(1, 1, 0.2), 'Plan Rows': 1 })).toEqual([]);
  });
});

describe('reading', () => {
  test('takes a list, a plan or a root, with its times', () => {
    const root = node('Result');
    for (const value of [[{ Plan: root }], { Plan: root }, root])
      expect(readPlan(value)).toMatchObject({ plan: { root } });
    expect(readPlan([{ Plan: root, 'Planning Time': 1.5, 'Execution Time': 2 }])).toEqual({
      plan: { root, planning: 1.5, execution: 2 },
    });
  });

  test('takes what psql prints, frame and all', () => {
    const text = `       QUERY PLAN\n-------------------\n [                +\n   {              +\n     "Plan": {    +\n       "Node Type": "Result"+\n     }            +\n   }              +\n ]\n(1 row)\n`;
    expect(parsePlan(text)).toMatchObject({ plan: { root: { 'Node Type': 'Result' } } });
  });

  test.each([
    ['', /Nothing/],
    ['Seq Scan on call  (cost=0.00..1.10 rows=10 width=8)', /as text/],
    ['hello', /no JSON/],
    ['[]', /no "Plan"/],
    ['{"Plan": {"Node Type": "Sort", "Plans": [{"x": 1}]}}', /no "Plan"/],
  ])('says what is wrong with %j', (text, problem) => {
    expect(parsePlan(text)).toEqual({ problem: expect.stringMatching(problem) });
  });
});

test('titles and details as EXPLAIN says them', () => {
  const scan = attribute(
    node('Index Scan', {
      'Index Name': 'call_pkey',
      'Relation Name': 'call',
      Alias: 'c',
      'Index Cond': '(id = 1)',
      'Sort Key': ['a', 'b'],
    }),
  );
  expect(titleOf(scan)).toEqual({ kind: 'Index Scan', on: 'call_pkey on call c' });
  expect(detailsOf(scan)).toEqual([
    ['Index Cond', '(id = 1)'],
    ['Sort Key', 'a, b'],
  ]);
  expect(titleOf(attribute(node('Hash Join', { 'Join Type': 'Left' }))).kind).toBe('Hash Join (left)');
});
