import { expect, test } from 'vitest';
import { Failure } from '../../src/errors/failure.ts';
import { withOwner } from '../../src/execute/owner.ts';
import { tables } from '../../src/resource/declare.ts';
import { summaryMigration } from '../../src/summary/definition.ts';
import { byDay, SUMMARIES, TYPES, useStall } from './stall.ts';

const database = useStall();

test('the migration is what stands in the file, and it can be taken back', async () => {
  await expect(summaryMigration([byDay], TYPES)).toMatchFileSnapshot('statements/sales-by-day.sql');
  const [, down = ''] = summaryMigration(SUMMARIES, TYPES).split('-- Down Migration');
  await withOwner(database.url(), async (client) => {
    await client.query('set search_path to stall');
    await client.query(`begin; ${down}`);
    const { rows } = await client.query(
      `select proname from pg_proc where pronamespace = 'stall'::regnamespace
       union all select relname from pg_class where relnamespace = 'stall'::regnamespace and relname ~ 'sales|market'
       union all select name from altiplano.summary`,
    );
    expect(rows).toEqual([]);
    await client.query('rollback');
  });
});

const { summary } = tables<{ sale: Record<keyof (typeof TYPES)['sale'] | 'weight', unknown> }>();
const base = { name: 'odd', tenant: 'none', figures: { sales: 'count' } } as const;

test.each([
  ['a group of a decimal', () => summary('sale', { ...base, groups: { price: 'price' } }), /price, a numeric/],
  [
    'the day of a number',
    () => summary('sale', { ...base, groups: { day: { day: 'quantity' } } }),
    /the day of quantity/,
  ],
  ['a sum of doubles', () => summary('sale', { ...base, figures: { weight: { sum: 'weight' } } }), /weight/],
  ['a tenant that is no uuid', () => summary('sale', { ...base, tenant: 'product' }), /tenant that is no uuid/],
  [
    'two columns of one name',
    () => summary('sale', { ...base, groups: { sales: 'status' } }),
    /more than one column sales/,
  ],
  ['a name of its own tables', () => summary('sale', { ...base, groups: { writer: 'status' } }), /writer/],
  ['a name to be quoted', () => summary('sale', { ...base, name: 'Odd' }), /Odd/],
] as const)('%s is refused', (_, declare, problem) => {
  const print = () => summaryMigration([declare()], { sale: { ...TYPES.sale, weight: 'double precision' } });
  expect(print).toThrow(problem);
  expect(print).toThrow(Failure);
});

test.each([
  ['none', 'create function odd_figures() returns'],
  ['market_id', 'create function odd_figures(of_market_id uuid) returns'],
  [['product', 'market_id'] as const, 'create function odd_figures(of_tenant_key uuid) returns'],
] as const)('a tenant is said as of a resource: %j', (tenant, printed) => {
  const sale = { ...TYPES.sale, tenant_key: 'uuid' };
  const text = summaryMigration([summary('sale', { ...base, tenant })], { sale });
  expect(text).toContain(printed);
  expect(text.includes('altiplano.same_tenant')).toBe(tenant !== 'none');
});
