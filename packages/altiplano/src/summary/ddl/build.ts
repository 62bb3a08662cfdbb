import { list, name } from '../../sql/text.ts';
import { rankAgain, rankedOf } from './ranking.ts';
import { adds, counts, deltaTables, figureNames, keys, part, type Shape, sameKey } from './shape.ts';

/** Every group as the rows of the table say, in columns named as the base table has them. */
export function counted(shape: Shape): string {
  const { summary, key } = shape;
  const columns = [
    ...key.map((column) => `${column.of('c')} as ${name(column.name)}`),
    'count(*) as rows',
    ...summary.figures.map((figure) => `sum(${adds(shape, figure, 'c')}) as ${name(figure.name)}`),
  ];
  return `select ${list(columns)}
from ${name(summary.table)} c
where ${counts(shape, 'c')}
group by ${list(key.map((_, index) => String(index + 1)))}`;
}

/**
 * Counts everything in one snapshot (REPEATABLE READ) and consumes the deltas that it sees. Raises 40001 where a fold came in
 * between: do it again.
 */
export function build(shape: Shape): string {
  const table = name(shape.summary.name);
  const figures = figureNames(shape);
  const ranked = rankedOf(shape);
  const written = deltaTables(shape).map(
    (delta) => `select from ${delta} where writer = pg_current_xact_id_if_assigned()`,
  );
  return `create function ${part(shape, 'build')}() returns bigint
language plpgsql security definer set search_path from current as $$
declare
  snapshot constant pg_snapshot := altiplano.without_own(pg_current_snapshot());
  result bigint;
begin
  if current_setting('transaction_isolation') = 'read committed' then
    raise exception 'a build counts in one snapshot' using errcode = 'invalid_transaction_state',
      hint = 'begin isolation level repeatable read;';
  end if;
  if exists (${written.join(' union all ')}) then
    raise exception 'this transaction has written rows itself' using errcode = 'invalid_transaction_state',
      hint = 'Commit them first: they would be counted twice.';
  end if;
  insert into ${table} as b (${list([keys(shape), ...figures, 'folded'])})
  select ${list([keys(shape, 'c'), ...figures.map((figure) => `c.${figure}`)])}, snapshot
  from (
    ${counted(shape).replaceAll('\n', '\n    ')}
  ) c
  order by ${keys(shape, 'c')} -- neighbours are read together
  on conflict (${keys(shape)}) do update
  set ${list([...figures, 'folded'].map((column) => `${column} = excluded.${column}`))};
  get diagnostics result = row_count;
  update ${table} b set ${list(figures.map((figure) => `${figure} = 0`))}, folded = snapshot where b.folded::text <> snapshot::text;
  insert into ${table} (${keys(shape)}, folded)
  select ${keys(shape, 'd')}, snapshot
  from (
    ${deltaTables(shape)
      .map((delta) => `select ${keys(shape)} from ${delta}`)
      .join(' union ')}
  ) d
  where not exists (select from ${table} b where ${sameKey(shape, 'b', 'd')});
${ranked ? `${rankAgain(shape, ranked)}\n` : ''}  return result;
end $$;
revoke execute on function ${part(shape, 'build')}() from public;`;
}
