import { withOwner } from 'altiplano/testing';
import { makeRow, type Row } from '../../result/result.ts';
import type { Bed } from './bed.ts';

/** The description's own, word for word but for the partial index over now(), which PostgreSQL refuses. */
const INDEXES = {
  idx_call_customer_created:
    'on callbot.call (customer_id, created_at desc) include (id, direction, status, duration_seconds)',
  idx_customer_other_attributes: 'on callbot.customer using gin (other_attributes) where is_deleted = false',
};

/** There for the cure and the peers only: what Altiplano is measured with has not got them. */
export async function createCureIndexes({ url, volume, tell }: Bed): Promise<readonly Row[]> {
  return withOwner(url(), async (client) => {
    await client.query("set maintenance_work_mem = '1GB'");
    const rows: Row[] = [];
    for (const [done, [name, definition]] of Object.entries(INDEXES).entries()) {
      tell({ name: `index ${name}`, done, total: 2 });
      const started = performance.now();
      await client.query(`create index if not exists ${name} ${definition}`);
      const seconds = (performance.now() - started) / 1000;
      const size = await client.query(`select pg_relation_size('callbot.${name}') as bytes`);
      const note = `index, ${size.rows[0].bytes} bytes, built in ${seconds.toFixed(1)} s`;
      rows.push(makeRow({ case: `size: ${name}`, variant: 'cure', size: volume.customers, note }));
    }
    await client.query('vacuum (analyze) callbot.customer');
    return rows;
  });
}

export async function dropCureIndexes({ url }: Pick<Bed, 'url'>): Promise<void> {
  await withOwner(url(), async (client) => {
    for (const name of Object.keys(INDEXES)) await client.query(`drop index if exists callbot.${name}`);
  });
}
