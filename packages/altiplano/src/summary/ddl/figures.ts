import { indent, list, name } from '../../sql/text.ts';
import { guard, guardVariables } from './guard.ts';
import {
  deltaTables,
  figureColumns,
  figureNames,
  type KeyColumn,
  keys,
  part,
  type Shape,
  sameKey,
  shownFigure,
} from './shape.ts';

/** Least and greatest value of what a range of groups can be asked of. A text has no greatest. */
const ENDS: Readonly<Record<string, readonly [least: string, greatest: string]>> = {
  date: ["'-infinity'", "'infinity'"],
  smallint: ['-32768', '32767'],
  integer: ['-2147483648', '2147483647'],
  bigint: ['-9223372036854775808', '9223372036854775807'],
  uuid: ["'00000000-0000-0000-0000-000000000000'", "'ffffffff-ffff-ffff-ffff-ffffffffffff'"],
};

/** The group that a reader may ask a range of: the first, where its values have both ends. */
export function rangedGroup({ key }: Shape): KeyColumn | null {
  const first = key.find(({ role }) => role === 'group');
  return first !== undefined && ENDS[first.type] !== undefined ? first : null;
}

export function figuresSignature(shape: Shape): string {
  const ranged = rangedGroup(shape);
  return list([
    ...shape.key.filter(({ role }) => role === 'tenant').map(({ type }) => type),
    ...(ranged ? [ranged.type, ranged.type] : []),
  ]);
}

/**
 * What readers call. It runs as its owner, since comparing transaction numbers is not leakproof and under row security no index
 * over them could be used; so it carries the tenant itself, and refuses one that is not the session's.
 */
export function figures(shape: Shape): string {
  const { key } = shape;
  const tenants = key.filter(({ role }) => role === 'tenant');
  const shown = key.filter(({ role }) => role === 'group');
  const ranged = rangedGroup(shape);
  const [least, greatest] = ENDS[ranged?.type ?? ''] ?? [];
  const [from, upto] = [name(`from_${ranged?.name}`), name(`upto_${ranged?.name}`)];
  const parameters = [
    ...tenants.map((column) => `${name(`of_${column.name}`)} ${column.type}`),
    ...(ranged === null ? [] : [from, upto].map((bound) => `${bound} ${ranged.type} default null`)),
  ];
  const results = [...shown, ...figureColumns(shape)].map((column) => `${name(column.name)} ${column.type}`);
  const asked = (alias: string) => [
    ...tenants.map((column) => `${alias}.${name(column.name)} = ${name(`of_${column.name}`)}`),
    ...(ranged === null
      ? []
      : [
          `${alias}.${name(ranged.name)} >= coalesce(${from}, ${least})`,
          `${alias}.${name(ranged.name)} <= coalesce(${upto}, ${greatest})`,
        ]),
  ];
  const sums = currentFigures(shape, asked, ['d.writer >= ceiling', 'd.writer = any (running)']);
  return `-- Figures of the groups that have rows, as of the snapshot of whoever asks${ranged ? `; ${ranged.name} from and up to a value, null for no bound` : ''}.
create function ${part(shape, 'figures')}(${list(parameters)}) returns table (${list(results)})
language plpgsql stable security definer set search_path from current
set enable_seqscan = off set enable_bitmapscan = off set enable_nestloop = off set enable_mergejoin = off
set plan_cache_mode = force_generic_plan set jit = off as $$
declare
${guardVariables}
begin
${guard(shape)}
  return query
  select ${list([...shown.map((column) => `f.${name(column.name)}`), ...figureNames(shape).map((figure) => `f.${figure}`)])}
  from (
${indent(sums, 4)}
  ) f;
end $$;
revoke execute on function ${part(shape, 'figures')}(${figuresSignature(shape)}) from public;
do $$ begin execute format('grant execute on function ${part(shape, 'figures')}(${figuresSignature(shape)}) to %I', altiplano.app_role()); end $$;`;
}

/**
 * Keys and figures of every group that has rows, for whom `asked` lets through: base rows, and the deltas that the fold which made
 * them did not see. `writers` are conditions one of which a delta that may count meets, and never two.
 */
export function currentFigures(
  shape: Shape,
  asked: (alias: string) => readonly string[],
  writers: readonly string[],
): string {
  const columns = (alias: string) =>
    list([keys(shape, alias), ...figureNames(shape).map((figure) => `${alias}.${figure}`)]);
  const where = (conditions: readonly string[]) =>
    conditions.length === 0 ? '' : `\nwhere ${conditions.join('\n  and ')}`;
  const deltas = deltaTables(shape).flatMap((delta) =>
    writers.map((writer) => `select ${columns('d')}, d.writer from ${delta} d${where([writer, ...asked('d')])}`),
  );
  const sums = shape.summary.figures.map(
    (figure) => `${shownFigure(shape, figure, `sum(u.${name(figure.name)})`)} as ${name(figure.name)}`,
  );
  return `with base as materialized (
  select ${columns('b')}, b.folded from ${name(shape.summary.name)} b${where(asked('b')).replaceAll('\n', '\n  ')}
), delta as (
${indent(deltas.join('\nunion all\n'))}
)
select ${list([keys(shape, 'u'), 'sum(u.rows)::bigint as rows', ...sums])}
from (
  select ${columns('b')} from base b
  union all
  select ${columns('d')} from delta d left join base b on ${sameKey(shape, 'b', 'd')}
  where pg_visible_in_snapshot(d.writer, b.folded) is not true
) u
group by ${keys(shape, 'u')}
having sum(u.rows) <> 0`;
}
