import fc from 'fast-check';
import type { Part } from './planted.ts';
import { type Ask, type Step, siteAt } from './trace.ts';

type Maker = (table: string, line: number) => fc.Arbitrary<Part>;

function quiet(name: string, steps: readonly Step[], whole = false): Part {
  const asks = steps.flat() as readonly Ask[];
  const counted = asks.filter(
    ({ text }) =>
      !/^(begin|commit|rollback|savepoint|release|select set_config|set |declare|fetch|close)|pg_type/i.test(text),
  );
  return { name, steps, expects: [], counted: counted.length, whole };
}

function times<T>(count: number, make: (at: number) => T): T[] {
  return Array.from({ length: count }, (_, at) => make(at));
}

const few = fc.integer({ min: 2, max: 4 });
const some = fc.integer({ min: 5, max: 8 });

/** Each a way to ask often that is right, or of which nothing can be said. */
export const NOISE: readonly Maker[] = [
  (table, line) =>
    few.map((count) =>
      quiet(
        'one thing and what belongs to it',
        times(count, (at) => ({
          text: `select * from ${table} where id = $1`,
          parameters: [at + 1],
          site: siteAt(line),
        })),
      ),
    ),
  (table, line) =>
    some.map((count) => {
      const inside = { transaction: line };
      const saved = times(count, (at): Ask[] => [
        { text: `savepoint sp_${at}`, ...inside },
        { text: `release savepoint sp_${at}`, ...inside },
      ]);
      return quiet('transaction with settings and savepoints', [
        { text: 'begin', ...inside },
        { text: "select set_config('app.tenant', $1, true)", parameters: [line], ...inside },
        ...saved.flat(),
        { text: `update ${table} set a = $1 where id = $2`, parameters: [1, 2], ...inside },
        { text: 'commit', ...inside },
      ]);
    }),
  (table, line) =>
    some.map((count) =>
      quiet('cursor', [
        { text: `declare c_${line} cursor for select * from ${table}`, transaction: line },
        ...times(count * 2, () => ({
          text: `fetch 100 from c_${line}`,
          rows: 100,
          transaction: line,
          site: siteAt(line),
        })),
        { text: `close c_${line}`, transaction: line },
      ]),
    ),
  (table, line) =>
    some.map((count) => {
      const asks = (transaction: number): Ask[] => [
        { text: 'begin', transaction },
        { text: `select * from ${table} where id = $1`, parameters: [1], transaction, site: siteAt(line) },
        ...times(4, (at) => ({
          text: `insert into ${table}_log (a) values ($1)`,
          parameters: [at],
          transaction,
          site: siteAt(line + 1),
        })),
      ];
      const failed: Step[] = times(Math.min(count, 3), (attempt): Ask[] => [
        ...asks(line * 100 + attempt),
        { text: 'commit', transaction: line * 100 + attempt, error: '40001' },
      ]).flat();
      return quiet('tries again', [
        ...failed,
        ...asks(line * 100 + 50),
        { text: 'commit', transaction: line * 100 + 50 },
      ]);
    }),
  (table, line) =>
    some.map((count) =>
      quiet('batches of a loader', [
        { text: `select id from ${table}_root`, rows: 60, columns: { id: times(60, (at) => at + 1) } },
        ...times(count, (at) => ({
          text: `select * from ${table} where id = any($1)`,
          parameters: [times(12, (value) => at * 12 + value + 1)],
          rows: 12,
          site: siteAt(line),
        })),
      ]),
    ),
  (table, line) =>
    some.map((count) =>
      quiet(
        'lists of values',
        times(count, (at) => ({
          text: `select * from ${table} where id in (${times(12, (value) => `$${value + 1}`).join(', ')})`,
          parameters: times(12, (value) => at * 12 + value + 1),
          rows: 12,
          site: siteAt(line),
        })),
      ),
    ),
  (table, line) =>
    some.map((count) =>
      quiet('pages by offset', [
        { text: `select id from ${table}_root`, rows: 60, columns: { id: times(60, (at) => at + 1) } },
        ...times(count, (at) => ({
          text: `select * from ${table} order by id limit $1 offset $2`,
          parameters: [10, at * 10],
          rows: 10,
          site: siteAt(line),
        })),
      ]),
    ),
  (table, line) =>
    some.map((count) =>
      quiet('pages by key', [
        { text: `select id from ${table}_root`, rows: 60, columns: { id: times(60, (at) => at + 1) } },
        ...times(count, (at) => ({
          text: `select * from ${table} where (created_at, id) > ($1, $2) order by created_at, id limit 10`,
          parameters: [at * 10, at * 10],
          columns: { id: times(10, (row) => at * 10 + row + 1) },
          site: siteAt(line),
        })),
      ]),
    ),
  (table, line) =>
    some.map((count) =>
      quiet(
        'asks until it is done',
        times(count, () => ({
          text: `select state from ${table}_job where id = $1`,
          parameters: [1],
          after: 100,
          site: siteAt(line),
        })),
        true,
      ),
    ),
  (table, line) =>
    few.map((count) =>
      quiet(
        'reads what it wrote',
        times(count, (at): Step[] => [
          { text: `select * from ${table} where id = $1`, parameters: [1], site: siteAt(line) },
          { text: `update ${table} set a = $1`, parameters: [at] },
        ]).flat(),
      ),
    ),
  () =>
    some.map((count) =>
      quiet(
        'pings',
        times(count, () => ({ text: 'select 1' })),
      ),
    ),
  (table, line) =>
    few.map((count) =>
      quiet(
        'locks',
        times(count, () => ({
          text: `select * from ${table} where id = $1 for update`,
          parameters: [1],
          site: siteAt(line),
        })),
      ),
    ),
  (table, line) =>
    few.map((count) =>
      quiet(
        'numbers of a sequence',
        times(count, () => ({ text: `select nextval('${table}_id') from ${table}`, site: siteAt(line) })),
      ),
    ),
  (table, line) =>
    some.map((count) =>
      quiet(
        'writes of many rows',
        times(count, (at) => ({
          text: `insert into ${table} (a, b) values ($1, $2), ($3, $4)`,
          parameters: [at, 1, at, 2],
          site: siteAt(line),
        })),
      ),
    ),
  (table, line) =>
    some.map((count) =>
      quiet(
        'writes from lists',
        times(count, (at) => ({
          text: `insert into ${table} (a) select * from unnest($1::int[])`,
          parameters: [[at, at + 1]],
          site: siteAt(line),
        })),
      ),
    ),
  (_, line) =>
    some.map((count) =>
      quiet(
        'catalogs',
        times(count, (at) => ({
          text: 'select typname from pg_type where oid = $1',
          parameters: [at],
          site: siteAt(line),
        })),
      ),
    ),
  (table, line) =>
    some.map((count) =>
      quiet('pages by key in the text', [
        { text: `select id from ${table}_root`, rows: 60, columns: { id: times(60, (at) => at) } },
        ...times(count, (at) => ({
          text: `select * from ${table} where id > ${at * 10} order by id limit 10`,
          columns: { id: times(10, (row) => at * 10 + row + 1) },
          site: siteAt(line),
        })),
      ]),
    ),
  (table, line) =>
    some.map((count) =>
      quiet('pages by a mark of the answer', [
        { text: `select id from ${table}_root`, rows: 2, columns: { id: [1, 2] } },
        ...times(count, (at) => ({
          text: `select * from ${table}_after($1) limit 10`,
          parameters: [`mark ${at} of ${table}`],
          columns: { next: times(10, (row) => `mark ${at + (row === 9 ? 1 : 0)} of ${table}`) },
          site: siteAt(line),
        })),
      ]),
    ),
];
