import { list, name } from '../../sql/text.ts';
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

/** What a summary is ranked for: one of its groups, in order of a figure, over the days since one. */
export interface Ranked {
  readonly of: KeyColumn;
  readonly since: KeyColumn;
  readonly by: string;
  /** Key columns of the ranking: tenants, then what is ranked. */
  readonly key: readonly KeyColumn[];
}

export function rankedOf({ summary, key }: Shape): Ranked | null {
  const { best } = summary;
  if (best === null) return null;
  const [of, since] = [best.of, best.since].map((group) => key.find((column) => column.name === group));
  if (of === undefined || since === undefined) throw new Error(`${summary.name} has no such group`); // was checked
  return { of, since, by: name(best.by), key: [...key.filter(({ role }) => role === 'tenant'), of] };
}

/** The first day of the window as it is today. */
const today = ({ summary }: Shape) => `((now() at time zone 'UTC')::date - ${(summary.best?.days ?? 1) - 1})`;

const columnsOf = (key: readonly KeyColumn[], alias?: string) =>
  list(key.map((column) => (alias === undefined ? name(column.name) : `${alias}.${name(column.name)}`)));
const same = (key: readonly KeyColumn[], one: string, other: string) =>
  key.map((column) => `${one}.${name(column.name)} = ${other}.${name(column.name)}`).join(' and ');

/**
 * What base rows from the window's first day on sum up to, for each thing that is ranked, in order. The first day is a row of its own:
 * it moves at midnight, or whenever the folder gets to it, and a reader makes up for the difference.
 */
export function rankingTables(shape: Shape, ranked: Ranked): string {
  const { by, key, of } = ranked;
  const [ranking, start] = [part(shape, 'ranking'), part(shape, 'window')];
  const tenants = key.filter(({ role }) => role === 'tenant');
  return `create table ${ranking} (
  ${key.map((column) => `${name(column.name)} ${column.type} not null`).join(',\n  ')},
  ${figureColumns(shape)
    .map((column) => `${name(column.name)} ${column.type} not null default 0`)
    .join(',\n  ')},
  primary key (${columnsOf(key)})
) with (fillfactor = 75);
create index on ${ranking} (${list([...tenants.map((column) => name(column.name)), `${by} desc`, name(of.name)])}) where rows > 0;
create table ${start} (start date not null);
insert into ${start} values (${today(shape)});`;
}

/** Rows to lock together with base rows: they are there before. */
export function rankedRows(shape: Shape, { key }: Ranked): string {
  const ranking = part(shape, 'ranking');
  return `  insert into ${ranking} (${columnsOf(key)})
  select ${columnsOf(key, 'k')} from unnest(places) k
  where not exists (select from ${ranking} r where ${same(key, 'r', 'k')})
  group by ${columnsOf(key, 'k')}
  order by ${columnsOf(key, 'k')}
  on conflict do nothing;
`;
}

export function sameRanked({ key }: Ranked, one: string, other: string): string {
  return same(key, one, other);
}

/** What differs between the ranking and the base rows it is of: for verify. */
export function rankingDifferences(shape: Shape, { key, since }: Ranked): string {
  const figures = figureNames(shape);
  const isEmpty = (alias: string) => figures.map((figure) => `coalesce(${alias}.${figure}, 0) = 0`).join(' and ');
  const texts = (alias: string) =>
    `array[${list(figures.map((figure) => `trim_scale(${alias}.${figure}::numeric)::text`))}]`;
  return `select row(${columnsOf(key)})::text as "group", ${texts('r')} as kept, ${texts('b')} as counted
from ${part(shape, 'ranking')} r
full join (
  select ${list([columnsOf(key, 'b'), ...figures.map((figure) => `sum(b.${figure}) as ${figure}`)])}
  from ${name(shape.summary.name)} b, ${part(shape, 'window')} w
  where b.${name(since.name)} >= w.start
  group by ${columnsOf(key, 'b')}
) b using (${columnsOf(key)})
where (${figures.map((figure) => `r.${figure} is distinct from b.${figure}`).join(' or ')})
  and not (${isEmpty('r')} and ${isEmpty('b')})`;
}

/** A part of the fold's statement: rows of the ranking take up what base rows do. */
export function rankedSums(shape: Shape, { key, since }: Ranked): string {
  const figures = figureNames(shape);
  return `, ranked as (
    insert into ${part(shape, 'ranking')} as r (${list([columnsOf(key), ...figures])})
    select ${list([columnsOf(key, 's'), ...figures.map((figure) => `sum(s.${figure})`)])}
    from sums s where s.${name(since.name)} >= first_day
    group by ${columnsOf(key, 's')}
    order by ${columnsOf(key, 's')}
    on conflict (${columnsOf(key)}) do update
    set ${list(figures.map((figure) => `${figure} = r.${figure} + excluded.${figure}`))}
  )`;
}

/** Statements of the build, once base rows are right. */
export function rankAgain(shape: Shape, { key, since }: Ranked): string {
  const figures = figureNames(shape);
  return `
  update ${part(shape, 'window')} set start = ${today(shape)};
  delete from ${part(shape, 'ranking')};
  insert into ${part(shape, 'ranking')} (${list([columnsOf(key), ...figures])})
  select ${list([columnsOf(key, 'b'), ...figures.map((figure) => `sum(b.${figure})`)])}
  from ${name(shape.summary.name)} b where b.${name(since.name)} >= ${today(shape)}
  group by ${columnsOf(key, 'b')};`;
}

export function rankingFunctions(shape: Shape, ranked: Ranked): string {
  return `${roll(shape, ranked)}\n\n${best(shape, ranked)}`;
}

/** Days that a window has left are taken out, days that it has again are added. */
function roll(shape: Shape, { key, since }: Ranked): string {
  const figures = figureNames(shape);
  return `-- Moves the window to where it begins today; true where it was elsewhere. A fold in between would be lost, so it waits for none.
create function ${part(shape, 'roll')}() returns boolean
language plpgsql security definer set search_path from current set lock_timeout = '10ms' as $$
declare
  upto constant date := ${today(shape)};
  first_day date;
begin
  select w.start into first_day from ${part(shape, 'window')} w for update;
  if first_day = upto then
    return false;
  end if;
  insert into ${part(shape, 'ranking')} as r (${list([columnsOf(key), ...figures])})
  select ${list([columnsOf(key, 'b'), ...figures.map((figure) => `sign(first_day - upto)::integer * sum(b.${figure})`)])}
  from ${name(shape.summary.name)} b
  where b.${name(since.name)} >= least(first_day, upto) and b.${name(since.name)} < greatest(first_day, upto)
  group by ${columnsOf(key, 'b')}
  order by ${columnsOf(key, 'b')}
  on conflict (${columnsOf(key)}) do update set ${list(figures.map((figure) => `${figure} = r.${figure} + excluded.${figure}`))};
  update ${part(shape, 'window')} set start = upto;
  return true;
end $$;
revoke execute on function ${part(shape, 'roll')}() from public;`;
}

export function bestSignature({ key }: Ranked): string {
  return list([...key.filter(({ role }) => role === 'tenant').map(({ type }) => type), 'date', 'integer']);
}

/** The ranking's index in order, but for what has changes that it does not hold: those are worked out and merged in. */
function best(shape: Shape, ranked: Ranked): string {
  const { by, key, of, since } = ranked;
  const tenants = key.filter(({ role }) => role === 'tenant');
  const figures = figureNames(shape);
  const day = name(since.name);
  const own = (alias: string) =>
    tenants.map((column) => `${alias}.${name(column.name)} = ${name(`of_${column.name}`)}`);
  const where = (conditions: readonly string[]) => `where ${conditions.join(' and ')}`;
  const columns = (alias: string, sign = '') =>
    list([columnsOf(key, alias), ...figures.map((figure) => `${sign}${alias}.${figure}`)]);
  const deltas = deltaTables(shape).flatMap((delta) =>
    ['d.writer >= ceiling', 'd.writer = any (running)'].map(
      (writer) => `select ${keys(shape, 'd')}, ${list(figures.map((figure) => `d.${figure}`))}, d.writer from ${delta} d
    ${where([writer, ...own('d'), `d.${day} >= first_day`])}`,
    ),
  );
  const results = [of, ...figureColumns(shape)].map((column) => `${name(column.name)} ${column.type}`);
  const parameters = [
    ...tenants.map((column) => `${name(`of_${column.name}`)} ${column.type}`),
    'since_day date',
    'most integer',
  ];
  const signature = `${part(shape, 'best')}(${bestSignature(ranked)})`;
  return `-- The first by ${by} of the days from one on, as of the snapshot of whoever asks; the day that a window of today begins with costs least.
create function ${part(shape, 'best')}(${list(parameters)}) returns table (${list(results)})
language plpgsql stable security definer set search_path from current
set enable_seqscan = off set enable_bitmapscan = off set enable_hashjoin = off set enable_mergejoin = off
set plan_cache_mode = force_generic_plan set jit = off as $$
declare
  kept_day date := (select w.start from ${part(shape, 'window')} w);
  first_day date := coalesce(since_day, kept_day);
${guardVariables}
begin
${guard(shape)}
  return query
  with delta as materialized (
    ${deltas.join('\n    union all\n    ')}
  ), changed as materialized (
    select ${list([columnsOf(key, 'u'), ...figures.map((figure) => `sum(u.${figure}) as ${figure}`)])}
    from (
      select ${columns('d')} from delta d left join ${name(shape.summary.name)} b on ${sameKey(shape, 'b', 'd')}
      where pg_visible_in_snapshot(d.writer, b.folded) is not true
      union all
      select ${columns('b', 'sign(kept_day - first_day)::integer * ')} from ${name(shape.summary.name)} b
      ${where([...own('b'), `b.${day} >= least(kept_day, first_day)`, `b.${day} < greatest(kept_day, first_day)`])}
    ) u
    group by ${columnsOf(key, 'u')}
  ), walked as materialized (
    select ${columns('r')} from ${part(shape, 'ranking')} r
    ${where([...own('r'), 'r.rows > 0', `r.${name(of.name)} not in (select c.${name(of.name)} from changed c)`])}
    order by r.${by} desc, r.${name(of.name)}
    limit most
  ), moved as materialized (
    select ${list([columnsOf(key, 'c'), ...figures.map((figure) => `c.${figure} + coalesce(r.${figure}, 0) as ${figure}`)])}
    from changed c left join ${part(shape, 'ranking')} r on ${same(key, 'r', 'c')}
  )
  select ${list([`f.${name(of.name)}`, 'f.rows::bigint', ...shape.summary.figures.map((figure) => shownFigure(shape, figure, `f.${name(figure.name)}`))])}
  from (select * from walked union all select * from moved) f
  where f.rows > 0
  order by f.${by} desc, f.${name(of.name)}
  limit most;
end $$;
revoke execute on function ${signature} from public;
do $$ begin execute format('grant execute on function ${signature} to %I', altiplano.app_role()); end $$;`;
}
