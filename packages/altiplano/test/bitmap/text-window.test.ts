import { afterAll, beforeAll, expect, test } from 'vitest';
import type { OwnerClient } from '../../src/execute/owner.ts';
import { useDatabase } from '../support/database.ts';
import { askAnywhere, shelvesOf } from './property/ask-anywhere.ts';
import { connect, engineOnly } from './property/engine-database.ts';
import { install } from './property/install.ts';
import { buildAll } from './property/life.ts';
import { NEWEST_FIRST, positionsOf } from './property/place.ts';
import type { Shape } from './property/shape.ts';

const database = useDatabase(engineOnly);
let client: OwnerClient;
beforeAll(async () => {
  client = await connect(database.url());
});
afterAll(() => client?.end());

const shape: Shape = {
  place: { ...NEWEST_FIRST, at: 'text', finite: true },
  values: [{ name: 'checked', type: 'boolean', pool: ['true'] }],
  ...{ ranges: [], attributes: [], searched: [], links: [] },
  sizes: { small: 192, big: 1_024, block: 64, fill: 3, smalls: 1, bin: 3, patched: 0, unfolded: 1_000 },
};

// The empty text is the least there is: no block begins before it, so no block has the edge of a stretch from there on.
test('stretches that begin or end at the least text there is are the naive twin’s', async () => {
  const schema = await install(client, shape);
  await client.query(
    `insert into item (id, shop_id, made_at, gone, checked)
     select md5(n::text)::uuid, '00000000-0000-4000-8000-aaaa00000001', (array['', 'Ann', 'b'])[1 + n % 3], false, true
     from generate_series(1, 12) n`,
  );
  await buildAll(client);
  for (const shelf of await shelvesOf(client, schema, shape)) {
    for (const parameter of ['made_at__gte', 'made_at__lt']) {
      for (const value of new Set([...positionsOf(shape.place), ''])) {
        const sign = parameter === 'made_at__gte' ? '>=' : '<';
        const sql = `t.made_at collate "C" ${sign} ${client.escapeLiteral(value)}`;
        const conditions = [{ parameter, value, about: 'made_at', sql }];
        await askAnywhere(client, shelf, { conditions, size: 3, offset: 1 });
      }
    }
  }
  expect.hasAssertions();
});
