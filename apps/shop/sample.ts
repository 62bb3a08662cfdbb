import { Failure, type OwnerClient, type SampleOptions, type SampleSummary } from 'altiplano';
import { DAY, findSample, instantOf, loadSample, type SampleTable } from 'altiplano/sample';
import { categoryTable, productTable, productTagTable, tagTable } from './sample/catalogue.ts';
import { itemTable, orderTable } from './sample/orders.ts';
import { reviewTable } from './sample/reviews.ts';
import { DEMO_EMAIL, shopperTable } from './sample/shoppers.ts';
import type { Volume, World } from './sample/world.ts';

/** Reviews are of what was bought: as many as that gives, and no more than asked for. Staff comes on top of the shoppers. */
export const volume = { products: 2_000, shoppers: 400, orders: 4_000, reviews: 3_000 } as const;

export interface ShopSampleOptions extends SampleOptions {
  /** The instant the data leads up to; today's midnight (UTC) unless given. Same seed, volumes and anchor: the same rows. */
  readonly anchor?: Date;
}

/**
 * Fills the schema's empty tables.
 * @throws CLI_USAGE when a table has rows already or a volume makes no sense
 */
export async function run(options: ShopSampleOptions): Promise<SampleSummary> {
  const anchor = options.anchor ? instantOf(options.anchor) : Math.floor(instantOf(new Date()) / DAY) * DAY;
  const world = { seed: options.seed, anchor, volume: checkedVolume({ ...volume, ...options.volume }) };
  return loadSample(options, sampleTables(world), readSummary);
}

export const find = (options: Pick<SampleOptions, 'url' | 'schema'>) => findSample(options, readSummary);

/** Every table in an order in which parents precede children; what lies above a product's category is kept by triggers. */
export function sampleTables(world: World): SampleTable[] {
  return [
    categoryTable(world),
    tagTable(world),
    { table: 'product_category', columns: ['product_id', 'category_id'], total: 0, rows: () => [] },
    productTable(world),
    productTagTable(world),
    shopperTable(world),
    orderTable(world),
    itemTable(world),
    reviewTable(world),
  ];
}

function checkedVolume(wanted: Volume): Volume {
  const { products, shoppers, orders, reviews } = wanted;
  const whole = Object.values(wanted).every((count) => Number.isSafeInteger(count) && count >= 0);
  if (whole && products >= 1 && shoppers >= 1) return wanted;
  throw new Failure('CLI_USAGE', {
    values: {
      problem: `No sample has ${orders} orders and ${reviews} reviews of ${products} products by ${shoppers} shoppers.`,
      remedy: 'Give whole numbers: at least one product and one shopper.',
    },
  });
}

/** Row counts are the planner's: this must stay cheap on tables that have grown since. */
async function readSummary(client: OwnerClient, schema: string): Promise<SampleSummary | null> {
  const { rows: tables } = await client.query<{ name: string; rows: number }>(
    `select c.relname as name, c.reltuples as rows from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where n.nspname = $1 and c.relname in ('product', 'shopper', 'review', 'shop_order', 'order_item') order by c.oid`,
    [schema],
  );
  if (tables.length < 5) return null;
  const { rows } = await client.query<{ user: string }>(
    `select s.id as user from ${client.escapeIdentifier(schema)}.shopper s where s.email = $1`,
    [DEMO_EMAIL],
  );
  const [demo] = rows;
  if (!demo) return null;
  return {
    rows: Object.fromEntries(tables.map(({ name, rows }) => [name, Math.max(0, rows)])),
    demo: { user: demo.user, path: '/api/products/?page_size=2' },
  };
}
