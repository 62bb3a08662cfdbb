import type { OwnerClient } from '../../../src/execute/owner.ts';
import { TENANTS } from './shape.ts';

const REGISTERED = "schema_name = current_schema() and name = 'item_bitmap'";

/** Builds every tenant to the end, as `altiplano bitmap build` does; the connection must not be in a transaction. */
export async function buildAll(client: OwnerClient): Promise<void> {
  await client.query(
    `update altiplano.bitmap set state = 'building', system_identifier = (select system_identifier from pg_control_system()) where ${REGISTERED}`,
  );
  for (const tenant of TENANTS) {
    for (let more = true; more; ) {
      const { rows } = await client.query('select item_bitmap_build($1) as more', [tenant]);
      more = rows[0].more === true;
    }
  }
  await client.query(`update altiplano.bitmap set state = 'ready' where ${REGISTERED}`);
}

/** Folds until nothing is left, or says how much is. */
export async function foldAll(client: OwnerClient): Promise<void> {
  for (let turn = 0; turn < 5; turn++) {
    const { rows } = await client.query('select tenant from item_bitmap_pending(100)');
    if (rows.length === 0) return;
    for (const { tenant } of rows) await client.query('select item_bitmap_fold($1)', [tenant]);
  }
  const { rows } = await client.query('select * from item_bitmap_pending(100)');
  if (rows.length > 0) throw new Error(`still unfolded: ${JSON.stringify(rows)}`);
}
