import { type Condition, compared, type Database, fold, whereAll } from 'altiplano/twin';
import type { Listed, Row } from './listed.ts';
import type { ListQuery } from './query.ts';

/** The part of the list that a page takes; without a limit, all of it. */
export interface Span {
  readonly offset: number;
  readonly limit: number | null;
}

/** The matching rows in the order asked for. Search is decided here, so that no SQL has a say in case folding. */
export async function findRows(
  database: Database,
  listed: Listed,
  organization: string,
  { conditions, search, order }: Pick<ListQuery, 'conditions' | 'search' | 'order'>,
  span: Span,
): Promise<Row[]> {
  const own = compared('organization_id', '=', organization, 'uuid');
  const all = search === undefined ? span : { offset: 0, limit: null };
  const rows = await select(database, listed, [own, () => listed.visible, ...conditions], order, all);
  if (search === undefined) return rows;
  const wanted = fold(search);
  const found = rows.filter((row) => listed.searched.some((column) => contains(row[column] ?? 'null', wanted)));
  return found.slice(span.offset, span.limit === null ? undefined : span.offset + span.limit);
}

async function select(
  database: Database,
  { table, columns }: Listed,
  conditions: readonly Condition[],
  order: string,
  span: Span,
): Promise<Row[]> {
  const where = whereAll(conditions);
  // In a subquery: an output column named like a table's would be what ORDER BY means, and it is JSON text.
  return database.rows<Row>(
    `SELECT ${columns.join(', ')} FROM (
       SELECT * FROM ${database.table(table)} WHERE ${where.text} ${order}
       LIMIT $${where.values.length + 1}::bigint OFFSET $${where.values.length + 2}::bigint
     ) listed ${order.replace(/\b(?=(created_at|id|at|due_date|priority)\b)/g, 'listed.')}`,
    [...where.values, span.limit, span.offset],
  );
}

function contains(json: string, wanted: string): boolean {
  const text: unknown = JSON.parse(json);
  return typeof text === 'string' && fold(text).includes(wanted);
}
