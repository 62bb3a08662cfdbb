import { rowsOf } from '../../keep/rows-of.ts';
import type { Figure } from '../../resource/rollup.ts';
import { orderValue } from '../../sql/aggregate.ts';
import { indent, list, name } from '../../sql/text.ts';
import { mergedColumn, oldestOf } from './cells.ts';
import { firstChild, PRINTING } from './first.ts';
import { isOrdered, liveParents, livesOf, orderAssignments, orderColumns } from './order-columns.ts';
import {
  contribution,
  countsRows,
  dawn,
  filtered,
  instant,
  isLive,
  isWindow,
  keyColumns,
  meets,
  type Shape,
  sameKey,
} from './shape.ts';

/**
 * Recounts the parents of a key range from their children and consumes the deltas that its snapshot sees, which has to
 * be one for all its statements (REPEATABLE READ). Raises 40001 where a fold came in between: do the range again.
 */
export function build(shape: Shape): string {
  const { rollup, columns } = shape;
  const table = name(rollup.name);
  const key = keyColumns(shape);
  const orders = isOrdered(shape) ? ['live', ...orderColumns(shape).map(({ column }) => column)] : [];
  const names = [
    ...['rows', ...columns.map((column) => column.name), ...rollup.firsts.map((first) => first.name), ...orders],
  ].map(name);
  const live = isOrdered(shape) ? ['live'] : [];
  const inRange = (alias: string) => range(shape, alias);
  const empty = columns.map((column) => `${name(column.name)} = ${column.type.endsWith('[]') ? "'{}'" : '0'}`);
  const none = [
    ...rollup.firsts.map((first) => `${name(first.name)} = null`),
    ...orderAssignments(shape, () => '0'),
    ...(isOrdered(shape) ? [`live = ${livesOf(shape, 'b')}`] : []),
  ];
  return `create function ${name(`${rollup.name}_build`)}(after_tenant uuid, after_parent uuid, upto_tenant uuid, upto_parent uuid)
returns bigint
language plpgsql security definer set search_path from current
${PRINTING} as $$
declare
  least_tenant constant uuid := coalesce(after_tenant, '00000000-0000-0000-0000-000000000000');
  least_parent constant uuid := coalesce(after_parent, '00000000-0000-0000-0000-000000000000');
  most_tenant constant uuid := coalesce(upto_tenant, 'ffffffff-ffff-ffff-ffff-ffffffffffff');
  most_parent constant uuid := coalesce(upto_parent, 'ffffffff-ffff-ffff-ffff-ffffffffffff');
  snapshot constant pg_snapshot := altiplano.without_own(pg_current_snapshot());
  counted bigint;
  gone bigint;
  unknown bigint;
begin
  if current_setting('transaction_isolation') = 'read committed' then
    raise exception 'a build counts in one snapshot' using errcode = 'invalid_transaction_state',
      hint = 'begin isolation level repeatable read;';
  end if;
  if exists (
    select from ${name(`${rollup.name}_delta_0`)} where writer = pg_current_xact_id_if_assigned()
    union all
    select from ${name(`${rollup.name}_delta_1`)} where writer = pg_current_xact_id_if_assigned()
  ) then
    raise exception 'this transaction has written children itself' using errcode = 'invalid_transaction_state',
      hint = 'Commit them first: they would be counted twice.';
  end if;

  insert into ${table} as b (${key}, ${names.join(', ')}, folded)
  select ${keyColumns(shape, 'p')}, ${values(shape).join(',\n    ')}, snapshot
  from (
    select ${keyColumns(shape, 'c')}, count(*) as rows${aggregates(shape)
      .map((one) => `,\n      ${one}`)
      .join('')}
    from ${rowsOf(rollup, name(rollup.source.table), 'c')}
    where ${isLive(shape, 'c')}
      and ${inRange('c')}
    group by 1, 2
  ) p
${laterals(shape)}  order by 1, 2
  on conflict (${key}) do update
  set ${[...names, 'folded'].map((column) => `${column} = excluded.${column}`).join(',\n      ')};
  get diagnostics counted = row_count;

  update ${table} b
  set ${['rows = 0', ...empty, ...none, 'folded = snapshot'].join(',\n      ')}
  where ${inRange('b')}
    and b.folded::text <> snapshot::text;
  get diagnostics gone = row_count;

  insert into ${table} (${list([key, ...live])}, folded)
  select ${list([keyColumns(shape, 'd'), ...live.map(() => livesOf(shape, 'd'))])}, snapshot
  from (
    select ${key} from ${name(`${rollup.name}_delta_0`)}
    union
    select ${key} from ${name(`${rollup.name}_delta_1`)}${
      isOrdered(shape)
        ? `
    union
    ${liveParents(shape)}`
        : ''
    }
  ) d
  where ${inRange('d')}
    and not exists (select from ${table} b where ${sameKey(shape, 'b', 'd')})
  order by 1, 2;
  get diagnostics unknown = row_count;
  return counted + gone + unknown;
end $$;
revoke execute on function ${name(`${rollup.name}_build`)}(uuid, uuid, uuid, uuid) from public;`;
}

/** After one key and up to another; open ends are the least and the greatest there can be. */
function range(shape: Shape, alias: string): string {
  const key = keyColumns(shape, alias);
  return `(${key}) >= (least_tenant, least_parent) and (${key}) <= (most_tenant, most_parent)
      and ((${key}) > (least_tenant, least_parent) or after_tenant is null)`;
}

function aggregates(shape: Shape): readonly string[] {
  return shape.rollup.figures.flatMap((figure) => {
    const { measure, where, time } = figure;
    const value = contribution(shape, 'c', measure);
    const label = (role: string) => name(`${figure.name}_${role}`);
    if (time === null) {
      const sum = filtered(measure.kind === 'count' ? 'count(*)' : `sum(${value})`, meets('c', where));
      return [`${measure.kind === 'count' ? sum : `coalesce(${sum}, 0)`} as ${name(figure.name)}`];
    }
    const at = instant('c', time.column);
    if (time.kind === 'month') {
      const condition = [meets('c', where), `${at} >= ${oldestOf(figure)}`].filter((part) => part !== '').join(' and ');
      return [
        `${filtered(`array_agg(date_trunc('month', ${at}, 'UTC'))`, condition)} as ${label('month')}`,
        `${filtered(`array_agg(coalesce(${value}, 0)::numeric)`, condition)} as ${label('value')}`,
      ];
    }
    const kept = `${at} > ${oldestOf(figure)}`;
    const counted = where.length === 0 ? value : `case when ${meets('c', where)} then ${value} else 0 end`;
    return [
      `${filtered(`array_agg(${at})`, kept)} as ${label('since')}`,
      ...(countsRows(figure)
        ? []
        : [`${filtered(`array_agg(coalesce(${counted}, 0)::numeric)`, kept)} as ${label('value')}`]),
    ];
  });
}

function laterals({ rollup }: Shape): string {
  const of = (figure: Figure): readonly string[] => {
    const column = (role: string) => `p.${name(`${figure.name}_${role}`)}`;
    const alias = name(`${figure.name}_cells`);
    if (figure.time?.kind === 'month')
      return [
        `cross join lateral altiplano.merge_months(${column('month')}, ${column('value')}, '-infinity') ${alias}`,
      ];
    if (!isWindow(figure)) return [];
    const tally = name(`${figure.name}_tally`);
    const value = countsRows(figure) ? 'null' : column('value');
    return [
      `cross join lateral altiplano.tally_cells(${column('since')}, ${value}) ${tally}`,
      `cross join lateral altiplano.compact_cells(${tally}::altiplano.cells, now(), ${dawn(figure)}) ${alias}`,
    ];
  };
  const text = rollup.figures.flatMap(of).join('\n');
  return text === '' ? '' : `${indent(text)}\n`;
}

function values(shape: Shape): readonly string[] {
  return [
    'p.rows',
    ...shape.columns.map((column) => (column.type.endsWith('[]') ? mergedColumn(column) : `p.${name(column.name)}`)),
    ...shape.rollup.firsts.map((first) => firstChild(shape, first, 'p')),
    ...(isOrdered(shape) ? [livesOf(shape, 'p')] : []),
    ...orderColumns(shape).map(({ measure, parts }) => orderValue(measure, ...parts.map((part) => `p.${name(part)}`))),
  ];
}
