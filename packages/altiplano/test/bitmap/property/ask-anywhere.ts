import { readCatalog } from '../../../src/catalog/read.ts';
import type { OwnerClient } from '../../../src/execute/owner.ts';
import type { Shelf } from './answers.ts';
import { type Shape, TENANTS } from './shape.ts';
import { appOf, itemsOf } from './shelf.ts';
import { expectSame, type Question } from './walk.ts';

/** What asking needs of a schema; read once, since no history changes its tables. */
export async function shelvesOf(client: OwnerClient, schema: string, shape: Shape): Promise<readonly Shelf[]> {
  const resource = itemsOf(shape);
  const { identity } = appOf(schema, resource);
  const catalog = await readCatalog(client, schema);
  return TENANTS.map((tenant) => ({ resource, identity, catalog, tenant, place: shape.place }));
}

/**
 * Asks in whatever transaction the connection has, or in one of its own; nothing of the asking stays. An aborted
 * transaction shows nothing.
 */
export async function askAnywhere(client: OwnerClient, shelf: Shelf, question: Question): Promise<void> {
  const inside = await client.query('savepoint asking').then(
    () => true,
    (error: { code?: string }) => {
      if (error.code === '25P01') return false;
      if (error.code === '25P02') return null;
      throw error;
    },
  );
  if (inside === null) return;
  if (!inside) await client.query('begin isolation level repeatable read');
  try {
    await expectSame(client, shelf, question);
  } finally {
    await client.query(inside ? 'rollback to savepoint asking; release savepoint asking' : 'rollback');
  }
}
