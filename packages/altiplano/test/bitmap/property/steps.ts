import fc from 'fast-check';
import { list, literal, name } from '../../../src/sql/text.ts';
import { endsOf, idArray, idsOf, madeId, movesOf, type Place, positionsOf, seriesOf } from './place.ts';
import { type Column, columnsOf, type Link, type Shape, TARGETS, TENANTS } from './shape.ts';

const salt = fc.nat(99);
const tenant = fc.constantFrom(TENANTS[0] as string, TENANTS[0] as string, TENANTS[1] as string);
const severalOf = (place: Place) =>
  fc.uniqueArray(fc.constantFrom(...idsOf(place)), { minLength: 1, maxLength: 5 }).map((ids) => idArray(place, ids));
const targets = fc.uniqueArray(fc.constantFrom(...TARGETS), { minLength: 1, maxLength: 3 }).map(uuids);

function uuids(ids: readonly string[]): string {
  return `'{${ids.join(',')}}'::uuid[]`;
}

/** One of a column's values for each row, by a number that differs between rows and steps. */
function pick({ pool, type }: Column, by: string, seed: number): string {
  const options = pool.map((value) => (value === null ? 'null' : literal(value)));
  return `(array[${list(options)}]::${type}[])[1 + abs(hashtext(${by} || '/${seed}') % ${options.length})]`;
}

const namesOf = (columns: readonly Column[]) => columns.map((column) => name(column.name));
const assignments = (columns: readonly Column[], by: string, seed: number) =>
  columns.map((column) => `${name(column.name)} = ${pick(column, by, seed)}`);

/** Any program's changes of rows: mostly good, now and then against a constraint, which bitmaps have to survive. */
function rowSteps(shape: Shape): fc.Arbitrary<string> {
  const { place } = shape;
  const columns = columnsOf(shape);
  const several = severalOf(place);
  const instant = fc
    .oneof(
      { arbitrary: fc.constantFrom(...positionsOf(place)), weight: 20 },
      { arbitrary: fc.constantFrom(...endsOf(place)), weight: 1 },
    )
    .map(literal);
  const one = fc.constantFrom(...idsOf(place));
  const heading = `insert into item (id, shop_id, made_at, gone, ${list(namesOf(columns))})`;
  const picked = (by: string, seed: number) => list(columns.map((column) => pick(column, by, seed)));
  const chosen = fc.subarray(columns, { minLength: 1, maxLength: Math.min(4, columns.length) });
  const gone = fc.constantFrom('false', 'false', 'true');
  const some = fc.oneof(
    several.map((ids) => `id = any(${ids})`),
    tenant.map((one) => `shop_id = '${one}'`),
    fc.tuple(salt, fc.constantFrom(2, 3, 10)).map(([seed, of]) => `hashtext(id::text || '${seed}') % ${of} = 0`),
    instant.map((from) => `made_at >= ${from}`),
    fc
      .tuple(fc.constantFrom(...columns), salt)
      .map(([column, seed]) => `${name(column.name)} is not distinct from ${pick(column, "''", seed)}`),
    fc.constant('gone'),
  );
  const insertSome = fc
    .tuple(several, tenant, instant, gone, salt)
    .map(
      ([ids, of, when, isGone, seed]) =>
        `${heading} select i, '${of}', ${when}, ${isGone}, ${picked('i', seed)} from unnest(${ids}) i on conflict do nothing`,
    );
  const many = fc.constantFrom(3, 12, 30, 70, 150);
  const start = fc.constantFrom(...positionsOf(place).slice(0, -1));
  const insertMany = fc.tuple(many, tenant, start, fc.constantFrom(...seriesOf(place)), salt).map(
    ([count, of, from, series, seed]) =>
      `${heading} select ${madeId(place, `'${seed}/' || n`)}, '${of}', ${series(from)}, n % 11 = 0, ${picked('n::text', seed)}
         from generate_series(1, ${count}) n on conflict do nothing`,
  );
  const change = fc
    .tuple(chosen, some, salt)
    .map(([few, which, seed]) => `update item set ${list(assignments(few, 'id::text', seed))} where ${which}`);
  const nothing = some.map((which) => `update item set gone = gone where ${which}`);
  const hide = fc
    .tuple(some, fc.constantFrom('true', 'false', 'not gone'))
    .map(([which, to]) => `update item set gone = ${to} where ${which}`);
  const erase = some.map((which) => `delete from item where ${which}`);
  const move = fc.oneof(
    fc.tuple(some, instant).map(([which, when]) => `update item set made_at = ${when} where ${which}`),
    fc
      .tuple(some, fc.constantFrom(...movesOf(place)))
      .map(([which, to]) => `update item set made_at = ${to} where ${which}`),
    fc.tuple(several, tenant).map(([ids, of]) => `update item set shop_id = '${of}' where id = any(${ids})`),
    fc.tuple(one, one).map(([from, to]) => `update item set id = '${to}' where id = '${from}'`),
    fc
      .tuple(several, instant, chosen, salt)
      .map(
        ([ids, when, few, seed]) =>
          `update item set made_at = ${when}, gone = not gone, ${list(assignments(few, 'id::text', seed))} where id = any(${ids})`,
      ),
  );
  const upsert = fc.tuple(several, tenant, instant, salt, chosen).map(
    ([ids, of, when, seed, few]) =>
      `${heading} select i, '${of}', ${when}, false, ${picked('i', seed)} from unnest(${ids}) i
         on conflict (id) do update set made_at = excluded.made_at, ${list(assignments(few, 'excluded.id::text', seed + 1))}`,
  );
  const merge = fc.tuple(several, tenant, instant, salt, chosen).map(
    ([ids, of, when, seed, few]) =>
      `merge into item t using unnest(${ids}) i on t.id = i
         when matched and t.gone then delete
         when matched then update set ${list(assignments(few, 'i', seed))}
         when not matched then insert (id, shop_id, made_at, gone, ${list(namesOf(columns))})
           values (i, '${of}', ${when}, false, ${picked('i', seed)})`,
  );
  const all = fc.tuple(several, several, tenant, instant, salt).map(
    ([lost, moved, of, when, seed]) =>
      `with lost as (delete from item where id = any(${lost}) returning id), moved as (
           update item set made_at = ${when}, gone = false where id = any(${moved}) and id <> all(${lost}))
         ${heading} select ${madeId(place, `'${seed}' || id`)}, '${of}', ${when}, false, ${picked('id::text', seed)} from lost on conflict do nothing`,
  );
  return fc.oneof(
    { arbitrary: insertSome, weight: 4 },
    { arbitrary: insertMany, weight: 3 },
    { arbitrary: change, weight: 5 },
    { arbitrary: nothing, weight: 1 },
    { arbitrary: hide, weight: 2 },
    { arbitrary: erase, weight: 2 },
    { arbitrary: move, weight: 3 },
    { arbitrary: fc.oneof(upsert, merge, all), weight: 2 },
  );
}

function linkSteps({ table, target }: Link, place: Place): fc.Arbitrary<string> {
  const several = severalOf(place);
  const id = name(`${target}_id`);
  const one = fc.constantFrom(...idsOf(place));
  const own = fc.constantFrom(...TARGETS);
  return fc.oneof(
    fc
      .tuple(several, targets)
      .map(
        ([ids, to]) =>
          `insert into ${table} (shop_id, item_id, ${id}) select t.shop_id, t.id, g from item t, unnest(${to}) g where t.id = any(${ids}) on conflict do nothing`,
      ),
    fc
      .tuple(fc.constantFrom(2, 3), targets)
      .map(
        ([of, to]) =>
          `insert into ${table} (shop_id, item_id, ${id}) select t.shop_id, t.id, g from item t, unnest(${to}) g where hashtext(t.id::text) % ${of} = 0 on conflict do nothing`,
      ),
    fc
      .tuple(tenant, one, own)
      .map(([of, item, to]) => `insert into ${table} (shop_id, item_id, ${id}) values ('${of}', '${item}', '${to}')`),
    several.map((ids) => `delete from ${table} where item_id = any(${ids})`),
    targets.map((to) => `delete from ${table} where ${id} = any(${to})`),
    fc.tuple(own, own).map(([from, to]) => `update ${table} set ${id} = '${to}' where ${id} = '${from}'`),
    fc
      .tuple(one, one)
      .map(
        ([from, to]) =>
          `update ${table} l set item_id = t.id, shop_id = t.shop_id from item t where l.item_id = '${from}' and t.id = '${to}'`,
      ),
  );
}

/** What the application or another program may send, COPY and TRUNCATE apart. */
export function anyStep(shape: Shape): fc.Arbitrary<string> {
  if (shape.links.length === 0) return rowSteps(shape);
  return fc.oneof(
    { arbitrary: rowSteps(shape), weight: 3 },
    { arbitrary: fc.oneof(...shape.links.map((link) => linkSteps(link, shape.place))), weight: 2 },
  );
}
