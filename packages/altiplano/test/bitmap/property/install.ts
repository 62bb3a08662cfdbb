import { bitmapMigration } from '../../../src/bitmap/definition.ts';
import type { OwnerClient } from '../../../src/execute/owner.ts';
import { schemaSql } from './schema-sql.ts';
import { columnsOf, type Shape } from './shape.ts';
import { itemsOf } from './shelf.ts';

let turn = 0;

/** The shape's tables and bitmaps in a schema of their own, which is then the connection's; nothing is built. */
export async function install(client: OwnerClient, shape: Shape): Promise<string> {
  const schema = `shape_${process.pid}_${turn++}`;
  const { bitmap } = itemsOf(shape);
  if (bitmap === null) throw new Error('no bitmap');
  const types = Object.fromEntries(columnsOf(shape).map(({ name, type }) => [name, formal(type)]));
  const { key, at } = shape.place;
  const own = { id: key, shop_id: 'uuid', made_at: formal(at), gone: 'boolean' };
  const [up = ''] = bitmapMigration([bitmap], { item: { ...own, ...types } }, shape.sizes).split('-- Down Migration');
  await client.query(schemaSql(schema, shape));
  await client.query(`begin; ${up}; commit`);
  return schema;
}

/** As the catalog prints a type. */
function formal(type: string): string {
  return type
    .replace('varchar', 'character varying')
    .replace('float8', 'double precision')
    .replace('timestamptz', 'timestamp with time zone')
    .replace(/ collate.*/, '');
}

export async function drop(client: OwnerClient, schema: string): Promise<void> {
  await client.query('rollback');
  await client.query(`set client_min_messages = warning; drop schema ${schema} cascade`);
  await client.query('delete from altiplano.bitmap where schema_name = $1', [schema]);
}
