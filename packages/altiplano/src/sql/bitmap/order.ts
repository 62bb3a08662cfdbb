import type { Access } from '../../plan/plan.ts';
import type { Selection } from '../../plan/selection.ts';
import { beyond } from '../column-order.ts';
import { ENTERED } from '../entry.ts';
import { figureOf, movedKeys } from '../figure-order.ts';
import type { Page } from '../page.ts';
import { orderBy, orderColumns, type Scope, table, visible } from '../scope.ts';
import { indent, list, name, where } from '../text.ts';
import { placed, row } from './walk.ts';

export interface Hits {
  readonly selection: Selection;
  readonly access: Extract<Access, { kind: 'ordered' }>;
  /** What bitmaps do not tell for certain, on the row `t`. */
  readonly checks: readonly string[];
  /** Every condition, for rows that were found without bitmaps. */
  readonly moved: readonly string[];
  readonly raw: string;
}

/** All rows that match, by their bitmaps, sorted: the first of a page. */
export function hitsInOrder(scope: Scope, { columns, rows }: Page, hits: Hits): string {
  const { selection, access, checks, moved, raw } = hits;
  const { bitmap } = selection;
  const keys = [
    `select k.at, k.key from (\n${indent(placed({ ...scope, position: null }, bitmap, { source: `${raw}hits` }))}\n) k`,
    `select f.at, f.key from ${raw}fresh f where f.hit`,
  ].join('\nunion all\n');
  const found = `from (\n${indent(keys)}\n) k\n${row(scope, bitmap, checks)}`;
  if (access.walk.kind === 'column') {
    const order = orderColumns(scope, 't');
    return [
      `select ${list(columns)}`,
      found,
      where([`(${beyond(scope, order)})`]),
      orderBy(scope, order),
      `limit ${rows}`,
    ].join('\n');
  }
  const { walk } = access;
  const key = name(scope.target.key);
  const looked = [...visible(scope), `t.${key} = o.${key}`, ENTERED, ...moved];
  const settled = [`select ${list(columns)}`, found, figureOf(scope, walk, 'k.key')].join('\n');
  const changed = [
    `select ${list(columns)}`,
    `from (\n${indent(movedKeys(scope))}\n) o`,
    `cross join lateral (\n  select * from ${table(scope)} t\n${indent(where(looked))}\n  offset 0\n) t`,
  ].join('\n');
  return [
    'select *',
    `from (\n${indent(`${settled}\nunion all\n${changed}`)}\n) t`,
    orderBy(scope, orderColumns(scope, 't')),
    `limit ${rows}`,
  ].join('\n');
}
