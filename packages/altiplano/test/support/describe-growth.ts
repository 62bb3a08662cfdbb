import { describe, expect, test } from 'vitest';
import { type OwnerClient, withOwner } from '../../src/execute/owner.ts';
import { type Template, useDatabase } from './database.ts';
import { growthOf } from './work.ts';

interface Column {
  readonly table: string;
  readonly column: string;
  readonly type: string;
  readonly rows: number;
}

/** Tables with triggers and more than a few rows. */
const COLUMNS = `select c.oid::regclass::text as table, quote_ident(a.attname) as column, format_type(a.atttypid, null) as type, c.reltuples::int as rows
from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
where c.relnamespace = $1::regnamespace and c.relkind = 'r' and c.reltuples >= 40
  and exists (select from pg_trigger t where t.tgrelid = c.oid and not t.tgisinternal)
order by 1, a.attnum`;

/** Another value of its type; columns of other types stay as they are. */
const CHANGED: Readonly<Record<string, (column: string) => string>> = {
  text: (column) => `${column} || 'x'`,
  'character varying': (column) => `${column} || 'x'`,
  smallint: (column) => `${column} + 1`,
  integer: (column) => `${column} + 1`,
  bigint: (column) => `${column} + 1`,
  numeric: (column) => `${column} + 1`,
  'double precision': (column) => `${column} + 1`,
  boolean: (column) => `not ${column}`,
  date: (column) => `${column} + 1`,
  'timestamp with time zone': (column) => `${column} + interval '1 minute'`,
  jsonb: () => `'{"other": 1}'`,
};

/**
 * Every trigger of an app: four times the rows deleted, or changed in one column, are about four times the work. What the
 * app refuses of whole columns is left out; `least` says how many statements are measured at least.
 */
export function describeGrowth(schema: string, template: Template, least: number): void {
  describe('statements of many rows', () => {
    const database = useDatabase(template);

    test("work of an app's triggers grows with the rows of a statement", async () => {
      const measured = await withOwner(database.url(), (client) => measure(client, schema));
      expect(measured.filter(({ growth }) => growth > 6)).toEqual([]);
      expect(measured.length).toBeGreaterThanOrEqual(least);
    });
  });
}

async function measure(client: OwnerClient, schema: string) {
  await client.query(`set search_path to ${schema}; set jit = off; analyze`);
  const { rows: columns } = await client.query<Column>(COLUMNS, [schema]);
  const measured: { readonly statement: string; readonly growth: number }[] = [];
  const several = (table: string, rows: number) => `where ctid = any (array(select ctid from ${table} limit ${rows}))`;
  for (const [index, { table, column, type, rows }] of columns.entries()) {
    const few = Math.min(150, Math.floor(rows / 4));
    const changed = CHANGED[type]?.(column);
    const statements = [
      ...(columns[index - 1]?.table === table ? [] : [`delete from ${table}`]),
      ...(changed === undefined ? [] : [`update ${table} set ${column} = ${changed}`]),
    ];
    for (const statement of statements) {
      try {
        const run = (many: number) => `begin; ${statement} ${several(table, many)}; rollback`;
        const growth = await growthOf(client, run, { rows: few, times: 3 });
        measured.push({ statement, growth });
      } catch (error) {
        // What types, constraints and rules refuse (classes 22, 23, 2F, 55, P0, the app's own), trails and generated columns.
        if (!/^(22|23|2F|55|P0|AL|42501|428C9)/.test(String((error as { code?: unknown }).code))) throw error;
        await client.query('rollback');
      }
    }
  }
  return measured;
}
