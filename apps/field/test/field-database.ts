import { buildBitmaps, buildRollups, migrateApp, sourceKey, TEST_KEYS, type Template } from 'altiplano/testing';
import { field } from '../app.ts';
import { run } from '../sample.ts';

export const fieldKey = () => sourceKey(field, new URL('../sample/', import.meta.url));

export async function buildKept(url: string): Promise<void> {
  await buildRollups(url, field.schema);
  await buildBitmaps(url, field.schema);
}

/** Field's tables without a row. */
export const emptyField: Template = {
  name: 'field_empty',
  key: `${fieldKey()} 1`,
  build: async (url) => {
    await migrateApp(url, field);
    await buildKept(url);
  },
};

/** A small sample, the same every day. */
export const ANCHOR = new Date('2026-10-31T12:00:00Z');
export const sampledField: Template = {
  name: 'field_sampled',
  key: `${fieldKey()} 1`,
  build: async (url) => {
    await migrateApp(url, field);
    const volume = { tenants: 3, people: 300, tracking: 6_000, journal: 3_000 };
    await run({ url, schema: field.schema, seed: 7, volume, anchor: ANCHOR, progress: () => {}, keys: TEST_KEYS });
    await buildKept(url);
  },
};
