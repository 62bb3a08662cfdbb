import type { OrderWalk } from '../plan/plan.ts';
import type { Rollup } from '../resource/rollup.ts';
import { orderValue } from './aggregate.ts';
import { firstColumn } from './column-order.ts';
import { ENTERED } from './entry.ts';
import type { Walk } from './ordered.ts';
import type { Page } from './page.ts';
import { CARRIED, DELTA_TABLES } from './rollup.ts';
import { keyRange, orderBy, orderColumns, type Scope, table, visible } from './scope.ts';
import { commonTable, indent, list, literal, name, where } from './text.ts';

type FigureWalk = Extract<OrderWalk, { kind: 'figure' }>;

/** Keeps each part in order as it is written, so that the merge stops when the page is full. */
const ENDLESS = 2_147_483_647;

/**
 * The tables `changed`, parents of which a change is not folded yet, and `moved`, those of them that are there, with the
 * figure as it is by now: the rollup's index has them in the wrong place. What is folded for everybody is left out by the
 * index over writers: it begins where the registry's snapshot ends, and takes up those that were running then. (From the
 * oldest of them on, it would read all that was folded since a long transaction began.)
 */
export function unfoldedTables(scope: Scope, { rollup, figure }: FigureWalk): readonly string[] {
  const parent = name(rollup.source.parent);
  const values = figure.parts.map(name);
  const labels = values.map((_, index) => (index === 0 ? 'figure' : `figure_${index + 1}`));
  const settled = [
    'select pg_snapshot_xmax(s.folded) as ceiling, array(select pg_snapshot_xip(s.folded)) as running',
    `from (\n${indent(settledSnapshot(scope, rollup))}\n) s`,
  ].join('\n');
  const writers = [
    'd.writer >= (select s.ceiling from settled s)',
    'd.writer = any ((select s.running from settled s)::xid8[])',
  ];
  const sources = DELTA_TABLES.flatMap((suffix) => {
    const deltas = table(scope, `${rollup.name}_${suffix}`);
    return writers.map(
      (writer) => `select d.* from ${deltas} d\n${where([ofTenant(scope, rollup, 'd'), writer, ENTERED])}`,
    );
  });
  const changed = [
    `select d.${parent}, array_agg(d.writer) as writers, array_agg(d.live) as lives, ${list(values.map((value, index) => `array_agg(d.${value}) as ${labels[index]}s`))}`,
    `from (\n${indent(sources.join('\nunion all\n'))}\n) d`,
    `group by d.${parent}`,
  ].join('\n');
  const base = [
    `select ${list([...values.map((value) => `b.${value}`), 'b.live', 'b.folded', ...carriedRow(scope)])}`,
    `from ${table(scope, rollup.name)} b`,
    where([ofTenant(scope, rollup, 'b'), `b.${parent} = c.${parent}`]),
    'offset 0',
  ].join('\n');
  const added = [
    `select coalesce(sum(u.live), 0) as live, ${list(labels.map((label) => `coalesce(sum(u.${label}), 0) as ${label}`))}`,
    `from unnest(c.writers, c.lives, ${list(labels.map((label) => `c.${label}s`))}) u (writer, live, ${list(labels)})`,
    'where pg_visible_in_snapshot(u.writer, b.folded) is not true',
  ].join('\n');
  const now = orderValue(
    figure.measure,
    ...values.map((value, index) => `coalesce(b.${value}, 0) + u.${labels[index]}`),
  );
  const moved = [
    `select ${list([`(${now})::bigint as ${firstColumn(scope)}`, `c.${parent} as ${name(scope.target.key)}`, ...carriedRow(scope, `b.${CARRIED}`)])}`,
    'from changed c',
    `left join lateral (\n${indent(base)}\n) b on true`,
    `cross join lateral (\n${indent(added)}\n) u`,
    'where coalesce(b.live, 0) + u.live > 0',
  ].join('\n');
  return [commonTable('settled', settled), commonTable('changed', changed), commonTable('moved', moved)];
}

/** What a folder says of all tenants, or a writer that folded for this one, whichever is later. Before any, nothing is. */
function settledSnapshot(scope: Scope, rollup: Rollup): string {
  return [
    "select coalesce(a.folded, '1:1:') as folded",
    'from (',
    '  select r.folded from altiplano.rollup r',
    `  where r.schema_name = ${literal(scope.target.schema)} and r.name = ${literal(rollup.name)}`,
    '  union all',
    `  select t.folded from ${table(scope, `${rollup.name}_settled`)} t`,
    `  where ${ofTenant(scope, rollup, 't')}`,
    ') a',
    'order by pg_snapshot_xmax(a.folded) desc nulls last',
    'limit 1',
  ].join('\n');
}

/** A walk in order of a figure: keys from the rollup's index, and each one's row. */
export function figureWalk(scope: Scope, page: Page, figure: FigureWalk, walk: Walk): readonly string[] {
  const { label, checks, gates, entries, offset } = walk;
  const key = name(scope.target.key);
  const row = [
    `select * from ${table(scope)} t`,
    where([...visible(scope), `t.${key} = o.${key}`, ...checks]),
    'offset 0',
  ].join('\n');
  return [
    commonTable(
      label,
      [
        `select ${list(page.columns)}`,
        `from (\n${indent(figureKeys(scope, figure, entries ?? ENDLESS))}\n) o`,
        `cross join lateral (\n${indent(row)}\n) t`,
        where([ENTERED, ...gates]),
        orderBy(scope, orderColumns(scope, 'o')),
        `limit ${page.rows}${offset === null ? '' : ` offset ${offset}`}`,
      ].join('\n'),
    ),
  ];
}

/** Keys of live parents in order of the figure: what is folded, and between them those that moved. */
function figureKeys(scope: Scope, { rollup, column }: FigureWalk, entries: number): string {
  const parent = `b.${name(rollup.source.parent)}`;
  const value = `b.${name(column)}`;
  const folded = [
    `select ${list([`${value} as ${firstColumn(scope)}`, `${parent} as ${name(scope.target.key)}`, ...carriedRow(scope)])}`,
    `from ${table(scope, rollup.name)} b`,
    where([
      ofTenant(scope, rollup, 'b'),
      'b.live > 0',
      ...keyRange(scope, [value, parent]),
      `${parent} not in (select c.${name(rollup.source.parent)} from changed c)`,
    ]),
    orderBy(scope, [value, parent]),
    `limit ${entries}`,
  ].join('\n');
  const moved = `${movedKeys(scope)}\n${orderBy(scope, orderColumns(scope, 'm'))}\nlimit ${entries}`;
  return [
    'select *',
    `from (\n${indent(`(\n${indent(folded)}\n)\nunion all\n(\n${indent(moved)}\n)`)}\n) f`,
    orderBy(scope, orderColumns(scope, 'f')),
    `limit ${entries}`,
  ].join('\n');
}

/** Keys of parents whose changes are not folded yet, beyond the position. */
export function movedKeys(scope: Scope): string {
  return ['select m.*', 'from moved m', where(['true', ...keyRange(scope, orderColumns(scope, 'm'))])].join('\n');
}

/** The folded figure of one parent as `o`, unless it has moved. */
export function figureOf(scope: Scope, { rollup, column: ordered }: FigureWalk, parent: string): string {
  const column = `b.${name(rollup.source.parent)}`;
  const value = `b.${name(ordered)}`;
  const query = [
    `select ${value} as ${firstColumn(scope)}`,
    `from ${table(scope, rollup.name)} b`,
    where([
      ofTenant(scope, rollup, 'b'),
      `${column} = ${parent}`,
      `${column} not in (select c.${name(rollup.source.parent)} from changed c)`,
      ...keyRange(scope, [value, column]),
    ]),
    'offset 0',
  ].join('\n');
  return `cross join lateral (\n${indent(query)}\n) o`;
}

function carriedRow({ carried }: Scope, row = `b as ${CARRIED}`): readonly string[] {
  return carried === null ? [] : [row];
}

function ofTenant({ tenant }: Scope, rollup: Rollup, alias: string): string {
  return `${alias}.${name(rollup.tenant)} = ${tenant}`;
}
