import { shapeTest } from './shape-test.ts';
import type { Statement } from './statement.ts';

/** What PostgreSQL brings along and changes no table, and words that look like a function's name before a parenthesis. */
const HARMLESS = [
  'any|all|some|exists|in|as|over|filter|row|values|array|numeric|decimal|varchar|char|bit|time|timestamp|timestamptz|interval',
  'pg_\\w+|json\\w*|array_\\w+|string_\\w+|regexp_\\w+|to_\\w+|date_\\w+|current_\\w+|has_\\w+|set_config|uuid\\w+|gen_random_uuid',
  'count|sum|avg|min|max|coalesce|nullif|greatest|least|now|version|random|lower|upper|trim|length|concat\\w*|format|replace|substring|md5',
  'unnest|generate_series|row_to_json|abs|round|ceil|floor|extract|clock_timestamp|statement_timestamp|nextval|currval|lastval|setval',
].join('|');
const UNKNOWN_NAME = `(?!(?:${HARMLESS})\\()[a-z_]\\w*\\(`;
const callsUnknown = shapeTest(new RegExp(`\\b${UNKNOWN_NAME}`));
const readsUnknown = shapeTest(new RegExp(`\\b(?:from|join)(?: lateral)? (?:[a-z_]\\w*\\.)*${UNKNOWN_NAME}`));

/** A read that may be none: `select charge($1)` and `select * from charge($1)` may write as a CALL does; a function beside the columns of a table seldom does. */
export function mayWrite({ kind, shape, tables }: Statement): boolean {
  if (kind !== 'read') return false;
  return tables.read.size === 0 ? callsUnknown(shape) : readsUnknown(shape);
}
