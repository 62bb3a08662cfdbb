import { buildBitmaps, buildRollups, buildSummaries, migrateApp, sourceKey, type Template } from 'altiplano/testing';
import { shop } from '../app.ts';
import { run } from '../sample.ts';

export const shopKey = () => sourceKey(shop, new URL('../sample/', import.meta.url));

export async function buildKept(url: string): Promise<void> {
  await buildRollups(url, shop.schema);
  await buildBitmaps(url, shop.schema);
  await buildSummaries(url, shop.schema);
}

/** Shop's tables without a row. */
export const emptyShop: Template = {
  name: 'shop_empty',
  key: `${shopKey()} 1`,
  build: async (url) => {
    await migrateApp(url, shop);
    await buildKept(url);
  },
};

/** A small sample, the same every day. */
export const ANCHOR = new Date('2026-10-31T12:00:00Z');
export const sampledShop: Template = {
  name: 'shop_sampled',
  key: `${shopKey()} 1`,
  build: async (url) => {
    await migrateApp(url, shop);
    const volume = { products: 700, shoppers: 60, orders: 900, reviews: 800 };
    await run({ url, schema: shop.schema, seed: 7, volume, anchor: ANCHOR, progress: () => {} });
    await buildKept(url);
  },
};
