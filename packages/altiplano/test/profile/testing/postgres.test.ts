import postgres from 'postgres';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { expectConstantQueries, queryShapes } from '../../../src/profile/testing/testing.ts';

let sql: postgres.Sql;
beforeAll(() => {
  sql = postgres(inject('adminUrl'), { max: 2, onnotice: () => {} });
});
afterAll(() => sql.end());

it('sees what the driver postgres is asked for', async () => {
  const work = async (size: number) => {
    const rows = await sql`select n from generate_series(1, ${size}::int) n`;
    await Promise.all(rows.map(({ n }) => sql`select ${n}::int as one`));
  };
  expect(await queryShapes(() => work(3))).toEqual([
    '3 × select ?::int as one',
    '1 × select n from generate_series(?, ?::int) n',
  ]);
  await expect(expectConstantQueries(work, { sizes: [1, 2] })).rejects.toThrow('2 at 1, 3 at 2');
});
