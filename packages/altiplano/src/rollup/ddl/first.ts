import { rowsOf } from '../../keep/rows-of.ts';
import type { First } from '../../resource/rollup.ts';
import { indent, list, name, where } from '../../sql/text.ts';
import { isLive, type Shape } from './shape.ts';

/** The first child of a parent as the JSON that a reply shows: one index probe. */
export function firstChild(shape: Shape, first: First, row: string): string {
  const { rollup, types, key } = shape;
  const fields = first.fields.map((column) =>
    types[column] === 'timestamp with time zone'
      ? `to_char(c.${name(column)} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as ${name(column)}`
      : `c.${name(column)}`,
  );
  const query = [
    `select ${list(fields)}`,
    `from ${rowsOf(rollup, name(rollup.source.table), 'c')}`,
    where([
      ...key.map((column) => `c.${name(column)} = ${row}.${name(column)}`),
      ...(rollup.source.deleted === undefined ? [] : [isLive(shape, 'c')]),
      ...(first.single === true ? first.order.map(({ column }) => `c.${name(column)} is not null`) : []),
    ]),
    `order by ${list(first.order.map(({ column, direction }) => `c.${name(column)}${direction === 'desc' ? ' desc' : ''}`))}`,
    'limit 1',
  ].join('\n');
  const shown = first.single === true ? `to_json(r.${name(first.fields[0] ?? '')})` : 'row_to_json(r)';
  return `(select ${shown} from (\n${indent(query)}) r)`;
}

/** Numbers in JSON are printed as the server prints them, whatever session happens to fold. */
export const PRINTING = 'set extra_float_digits = 1';
