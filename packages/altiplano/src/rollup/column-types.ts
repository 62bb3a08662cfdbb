import type { OwnerClient } from '../execute/owner.ts';
import type { ColumnTypes } from './ddl/shape.ts';

/** Columns of a table with their types, as `format_type` prints them; none where there is no such table. */
export async function readColumnTypes(client: OwnerClient, schema: string, table: string): Promise<ColumnTypes> {
  const { rows } = await client.query<{ name: string; type: string }>(
    `select a.attname as name, format_type(a.atttypid, a.atttypmod) as type
     from pg_attribute a
     where a.attrelid = to_regclass(format('%I.%I', $1::text, $2::text)) and a.attnum > 0 and not a.attisdropped`,
    [schema, table],
  );
  return Object.fromEntries(rows.map(({ name, type }) => [name, type]));
}
