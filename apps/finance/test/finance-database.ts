import { buildBitmaps, buildRollups, migrateApp, sourceKey, type Template } from 'altiplano/testing';
import { finance } from '../app.ts';
import { run } from '../sample.ts';

export const financeKey = () => sourceKey(finance, new URL('../sample/', import.meta.url));

export async function buildKept(url: string): Promise<void> {
  await buildRollups(url, finance.schema);
  await buildBitmaps(url, finance.schema);
}

/** Finance's tables without a row. */
export const emptyFinance: Template = {
  name: 'finance_empty',
  key: `${financeKey()} 1`,
  build: async (url) => {
    await migrateApp(url, finance);
    await buildKept(url);
  },
};

/** A small sample, the same every day. */
export const ANCHOR = new Date('2026-10-31T12:00:00Z');
export const sampledFinance: Template = {
  name: 'finance_sampled',
  key: `${financeKey()} 1`,
  build: async (url) => {
    await migrateApp(url, finance);
    const volume = { organizations: 3, users: 40, accounts: 120, transactions: 8_000 };
    await run({ url, schema: finance.schema, seed: 7, volume, anchor: ANCHOR, progress: () => {} });
    await buildKept(url);
  },
};
