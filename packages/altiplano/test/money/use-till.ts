import { identityMigration } from '../../src/auth/identity-ddl.ts';
import { buildBitmaps } from '../../src/bitmap/build.ts';
import { bitmapMigration } from '../../src/bitmap/definition.ts';
import { readCatalog } from '../../src/catalog/read.ts';
import { issueToken } from '../../src/cli/token.ts';
import { withOwner } from '../../src/execute/owner.ts';
import { ENGINE, migrate } from '../../src/migrate/run.ts';
import { rollupsOf } from '../../src/resource/rollup.ts';
import { buildRollups } from '../../src/rollup/build.ts';
import { rollupMigration } from '../../src/rollup/definition.ts';
import { rollupOrdersMigration } from '../../src/rollup/orders.ts';
import { buildSummaries } from '../../src/summary/build.ts';
import { summaryMigration } from '../../src/summary/definition.ts';
import { type AppServer, useServer } from '../support/app-server.ts';
import { CLERK, salesByDay, TILL, TILL_SQL, till } from './till.ts';

const BITMAPS = till.resources.flatMap(({ bitmap }) => (bitmap === null ? [] : [bitmap]));
const ROLLUPS = till.resources.flatMap(rollupsOf);
const INDEXES = `create index on account_sales (shop_id, balance_order, account_id) where live > 0;
create index on account_sales (shop_id, total_order, account_id) where live > 0;
create index on account_sales (shop_id, mean_order, account_id) where live > 0`;

/** The till behind a socket; `clerk` is a credential. */
export function useTill(): AppServer {
  return useServer({
    template: {
      name: 'till',
      key: JSON.stringify([
        TILL_SQL,
        BITMAPS,
        ROLLUPS,
        bitmapMigration.toString(),
        rollupMigration.toString(),
        salesByDay,
        INDEXES,
        4,
      ]),
      build: buildTill,
    },
    apps: [till],
    prepare: async (_, url) => ({ clerk: await issueToken(url, TILL, CLERK, [], 'test') }),
  });
}

async function buildTill(url: string): Promise<void> {
  await migrate(ENGINE, { url, direction: 'up' });
  await withOwner(url, async (client) => {
    await client.query(TILL_SQL);
    const { tables } = await readCatalog(client, TILL);
    const types = Object.fromEntries(
      [...tables.values()].map(({ name, columns }) => [
        name,
        Object.fromEntries([...columns.values()].map((column) => [column.name, column.type])),
      ]),
    );
    const texts = [
      identityMigration(till.identity, types.clerk ?? {}),
      rollupMigration(ROLLUPS, types),
      rollupOrdersMigration(ROLLUPS, types),
      bitmapMigration(BITMAPS, types),
      summaryMigration([salesByDay], types),
    ];
    for (const text of [...texts, INDEXES]) {
      const [up = ''] = text.split('-- Down Migration');
      await client.query(`set search_path to ${TILL}`);
      await client.query(`begin; ${up}; commit`);
    }
  });
  await buildRollups(url, TILL);
  await buildBitmaps(url, TILL);
  await buildSummaries(url, TILL);
}
