import { ENTERED } from './entry.ts';
import type { Walk } from './ordered.ts';
import type { Page } from './page.ts';
import { keyRange, orderBy, orderColumns, type Scope, table, visible } from './scope.ts';
import { commonTable, indent, list, name, where } from './text.ts';

/** A walk in order of a column. What lies beyond its nulls, or before, is read only as far as the page is open still. */
export function columnWalk(scope: Scope, page: Page, walk: Walk): readonly string[] {
  const { label } = walk;
  const [only = [], second] = stretchesOf(scope, orderColumns(scope, 't'));
  if (second === undefined) return [commonTable(label, stretch(scope, page, walk, only, String(page.rows)))];
  const left = `greatest(0, ${page.rows} - (select count(*) from ${label}_start))`;
  return [
    commonTable(`${label}_start`, stretch(scope, page, walk, only, String(page.rows))),
    commonTable(`${label}_end`, stretch(scope, page, walk, second, left)),
    commonTable(label, `select * from ${label}_start\nunion all\nselect * from ${label}_end`),
  ];
}

function stretch(scope: Scope, { columns }: Page, walk: Walk, within: readonly string[], limit: string): string {
  const { checks, gates, entries, offset } = walk;
  const order = orderBy(scope, orderColumns(scope, 't'));
  const ends = [order, `limit ${limit}${offset === null ? '' : ` offset ${offset}`}`];
  const place = [...visible(scope), ...within];
  const from = table(scope);
  if (entries === null)
    return [`select ${list(columns)}`, `from ${from} t`, where([...place, ENTERED, ...gates, ...checks]), ...ends].join(
      '\n',
    );
  const read = [`select * from ${from} t`, where(place), order, `limit ${entries}`].join('\n');
  return [
    `select ${list(columns)}`,
    `from (\n${indent(read)}\n) t`,
    where([ENTERED, ...gates, ...checks]),
    ...ends,
  ].join('\n');
}

/**
 * Where rows lie after the position, in reading order. An index has nulls last, read backward first: no comparison of rows
 * leads to them or away from them.
 */
function stretchesOf(scope: Scope, keys: readonly string[]): readonly (readonly string[])[] {
  const { position, target, backward } = scope;
  const [first = '', key = ''] = keys;
  const [leading] = target.order;
  // Each value is bound once: a parameter that is not in the text has no type.
  if (position === null || leading?.nullable !== true) return [keyRange(scope, keys)];
  const window = keyRange(scope, keys, null);
  const ascending = (leading.direction === 'asc') !== backward;
  const nulls = [...window, `${first} is null`];
  if (position.values[0] !== null) {
    const values = [...window, ...keyRange({ ...scope, window: [] }, keys)];
    return ascending ? [values, nulls] : [values];
  }
  const includes = position.reading === 'from' || position.reading === 'upto';
  const rest = [...nulls, `${key} ${ascending ? '>' : '<'}${includes ? '=' : ''} ${scope.positionValues.at(-1)}`];
  return ascending ? [rest] : [rest, [...window, `${first} is not null`]];
}

/** Rows beyond the position, in whatever order they come: a condition on one row. */
export function beyond(scope: Scope, keys: readonly string[]): string {
  return stretchesOf(scope, keys)
    .map((conditions) => `(${['true', ...conditions].join(' and ')})`)
    .join(' or ');
}

/** Name of the first order column, for tables that bring it. */
export function firstColumn({ target }: Scope): string {
  return name(target.order[0]?.column ?? '');
}
