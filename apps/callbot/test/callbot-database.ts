import {
  buildBitmaps,
  buildRollups,
  ENGINE,
  migrate,
  migrateApp,
  sourceKey,
  type Template,
  withOwner,
} from 'altiplano/testing';
import { callbot } from '../app.ts';
import { loadAdversarial } from '../sample/adversarial.ts';
import { run } from '../sample.ts';

/** Templates are rebuilt when anything that makes their content has changed. */
export const callbotKey = () => sourceKey(callbot, new URL('../sample/', import.meta.url));

export const migrateAll = (url: string) => migrateApp(url, callbot);

/** Callbot's tables without a row. */
export const emptyCallbot: Template = {
  name: 'callbot_empty',
  key: `${callbotKey()} 2`,
  build: async (url) => {
    await migrateAll(url);
    await buildRollups(url, callbot.schema);
    await buildBitmaps(url, callbot.schema);
  },
};

/** As it was while postings were what filters looked in: the migrations up to the bitmaps, which 0010 puts in their place. */
export const beforeBitmaps: Template = {
  name: 'callbot_before_bitmaps',
  key: `${callbotKey()} 1`,
  build: async (url) => {
    await migrate(ENGINE, { url, direction: 'up' });
    const folder = { app: callbot.name, schema: callbot.schema, folder: callbot.migrations };
    await migrate(folder, { url, direction: 'up', count: 8 });
  },
};

/** Noon of today: rolling windows are kept for instants within a day of the real one. */
const ANCHOR = new Date(`${new Date().toISOString().slice(0, 10)}T12:00:00Z`);
/** What the tests of the sample take for now. */
export const INSTANT = ANCHOR.toISOString();

/** A small sample, and 600 customers of every adversarial distribution. */
export const sampledCallbot: Template = {
  name: 'callbot_sampled',
  key: `${callbotKey()} 2 ${INSTANT}`,
  build: async (url) => {
    await migrateAll(url);
    const volume = { customers: 2_000, calls: 20_000, workspaces: 3 };
    await run({ url, schema: callbot.schema, seed: 7, volume, anchor: ANCHOR, progress: () => {} });
    await withOwner(url, (client) =>
      loadAdversarial(client, { schema: callbot.schema, customers: 600 }).then(() => {}),
    );
    await buildRollups(url, callbot.schema);
    await buildBitmaps(url, callbot.schema);
  },
};
