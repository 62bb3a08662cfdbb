import fc from 'fast-check';
import { literal, name } from '../../../src/sql/text.ts';
import { atOf, isText, type Place, positionsOf } from './place.ts';
import { type Column, type Link, type Shape, TARGETS } from './shape.ts';

/** One condition as a client writes it and as the naive twin does: over a row `t`. */
export interface Asked {
  readonly parameter: string;
  readonly value: string;
  readonly sql: string;
  /** What it speaks of: facets are counted under the filters of the others. */
  readonly about: string;
}

const asked = (parameter: string, value: string, about: string, sql: string): Asked => ({
  parameter,
  value,
  about,
  sql,
});
const texts = (items: readonly string[]) => `array[${items.map(literal).join(', ')}]::text[]`;

/** What has no comma in it and is not empty can be asked for. */
const askable = ({ pool }: Column) =>
  [...pool, 'nonsense'].filter((value): value is string => value !== null && value !== '' && !value.includes(','));

function valuesOf(column: Column): readonly fc.Arbitrary<Asked>[] {
  const { name: parameter, pool, type } = column;
  const of = `t.${name(parameter)}`;
  const isNull = fc
    .boolean()
    .map((yes) => asked(`${parameter}__isnull`, String(yes), parameter, `${of} is ${yes ? '' : 'not '}null`));
  if (type === 'uuid' || type === 'boolean') {
    const known = pool.filter((value) => value !== null);
    const is = fc
      .constantFrom(...known)
      .map((value) => asked(parameter, value, parameter, `${of} is not distinct from ${literal(value)}`));
    return [is, isNull];
  }
  const known = askable(column);
  const several = fc.subarray(known, { maxLength: Math.min(3, known.length) });
  const isIn = (suffix: string) =>
    several.map((items) =>
      asked(
        parameter + suffix,
        items.length === 0 ? ',' : items.join(','),
        parameter,
        `coalesce(${of} = any(${texts(items)}), false)`,
      ),
    );
  const isNot = several.map((items) =>
    asked(
      `${parameter}__neq`,
      items.length === 0 ? ',' : items.join(','),
      parameter,
      `coalesce(${of} <> all(${texts(items)}), true)`,
    ),
  );
  return [isIn(''), isIn('__in'), isNot, isNull];
}

const NUMBERS = ['0', '-0', '1', '1.5', '-3', '1e300', '7', '7.000000000000001', '2147483647', '-1e308', '6'];
const DAYS = ['2026-02-28', '2026-03-01', '2026-03-02', '0001-01-01', '9999-12-31', '2000-02-29'];
const COMPARED = { gt: '>', gte: '>=', lt: '<', lte: '<=' } as const;

function rangesOf({ name: parameter, type: column }: Column): readonly fc.Arbitrary<Asked>[] {
  const type = column === 'date' ? column : 'float8';
  const of = `t.${name(parameter)}::${type}`;
  const number = fc.constantFrom(...(type === 'date' ? DAYS : NUMBERS));
  const compared = fc
    .tuple(fc.constantFrom(...Object.entries(COMPARED)), number)
    .map(([[suffix, sign], value]) =>
      asked(`${parameter}__${suffix}`, value, parameter, `coalesce(${of} ${sign} '${value}'::${type}, false)`),
    );
  return [
    compared,
    compared,
    number.map((value) => asked(parameter, value, parameter, `coalesce(${of} = '${value}'::${type}, false)`)),
    number.map((value) => asked(`${parameter}__neq`, value, parameter, `coalesce(${of} <> '${value}'::${type}, true)`)),
  ];
}

function linksOf({ table, target }: Link): readonly fc.Arbitrary<Asked>[] {
  const ids = fc.uniqueArray(fc.constantFrom(...TARGETS), { minLength: 1, maxLength: 3 });
  const has = (items: readonly string[]) =>
    `exists (select from ${table} l where l.item_id = t.id and l.${target}_id = any('{${items.join(',')}}'))`;
  return [
    ids.map((items) => asked(table, items.join(','), table, has(items))),
    ids.map((items) => asked(`${table}_too`, items.join(','), table, has(items))),
    ids.map((items) => asked(`${table}_not`, items.join(','), table, `not ${has(items)}`)),
  ];
}

const PAIRS = [
  ['a', '1'],
  ['a', '1.0'],
  ['a', 'b=c'],
  ['b', '{"c": [1, 2]}'],
  ['é', 'É'],
  ['1.a', '1'],
  ['a', ''],
  ['long', 'y'.repeat(450)],
  ['none', 'x'],
] as const;

function attributesOf({ name: parameter }: Column): readonly fc.Arbitrary<Asked>[] {
  return [
    fc
      .constantFrom(...PAIRS)
      .map(([key, value]) =>
        asked(
          parameter,
          `${key}=${value}`,
          parameter,
          `coalesce(t.${name(parameter)} ->> ${literal(key)} = ${literal(value)}, false)`,
        ),
      ),
  ];
}

const SOUGHT = [
  'nee',
  'NEEDLE',
  'needles',
  'aaa',
  'σσς',
  'ΣΣΣ',
  'straß',
  'é té',
  '%_%',
  '\\ab',
  '😀😀😀',
  'dle',
  'nothing',
];

function searchOf(columns: readonly Column[]): readonly fc.Arbitrary<Asked>[] {
  if (columns.length === 0) return [];
  const hit = (text: string) =>
    columns
      .map(
        ({ name: one }) =>
          `coalesce(strpos(altiplano.fold(t.${name(one)}), altiplano.fold(${literal(text)})) > 0, false)`,
      )
      .join(' or ');
  return [fc.constantFrom(...SOUGHT).map((text) => asked('search', text, 'search', `(${hit(text)})`))];
}

/** Stretches of the order; of a text its values too. */
function windowOf(place: Place): readonly fc.Arbitrary<Asked>[] {
  const bound = fc.constantFrom(['made_at__gte', '>='] as const, ['made_at__lt', '<'] as const);
  return [
    fc
      .tuple(bound, fc.constantFrom(...positionsOf(place)))
      .map(([[parameter, sign], value]) =>
        asked(parameter, value, 'made_at', `${atOf(place, 't')} ${sign} ${literal(value)}`),
      ),
  ];
}

/** `any=a:1|b:2`: of each group one alternative holds. */
function groupOf(shape: Shape): fc.Arbitrary<Asked> {
  const positive = [
    ...shape.values.map((column) => fc.oneof(...valuesOf(column))),
    ...shape.links.map((link) => fc.oneof(...linksOf(link))),
    ...shape.attributes.map((column) => fc.oneof(...attributesOf(column))),
  ].map((one) =>
    one.filter(
      ({ parameter, value }) => (!/__neq$|_not$/.test(parameter) && !/isnull$/.test(parameter)) || value === 'true',
    ),
  );
  return fc
    .array(fc.oneof(...positive), { minLength: 1, maxLength: 4 })
    .map((alternatives) =>
      asked(
        'any',
        alternatives.map(({ parameter, value }) => `${parameter}:${value}`.replace(/[\\|]/g, '\\$&')).join('|'),
        'any',
        `(${alternatives.map(({ sql }) => sql).join(' or ')})`,
      ),
    );
}

/** Up to twelve conditions, all AND; of a parameter that counts once, one. */
export function anyConditions(shape: Shape): fc.Arbitrary<readonly Asked[]> {
  const { place, values, ranges, links, attributes, searched } = shape;
  const families = [
    ...values.map((column) => fc.oneof(...valuesOf(column))),
    ...ranges.map((column) => fc.oneof(...rangesOf(column))),
    ...links.map((link) => fc.oneof(...linksOf(link))),
    ...attributes.map((column) => fc.oneof(...attributesOf(column))),
    ...searchOf(searched),
    ...windowOf(place),
    ...(isText(place) ? valuesOf({ name: 'made_at', type: 'text', pool: positionsOf(place) }) : []),
    groupOf(shape),
    groupOf(shape),
  ];
  const repeatable = new Set(['any', ...attributes.map(({ name: column }) => column)]);
  return fc.array(fc.oneof(...families), { maxLength: 12 }).map((all) => {
    const last = new Map(all.map((one, place) => [repeatable.has(one.parameter) ? `${place}` : one.parameter, one]));
    return [...last.values()];
  });
}
