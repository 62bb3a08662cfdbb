import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { buildRollups, ENGINE, migrate, type Template, withOwner } from 'altiplano/testing';
import { callbot } from '../app.ts';
import { loadAdversarial } from '../sample/adversarial.ts';
import { run } from '../sample.ts';

/** Templates are rebuilt when anything that makes their content has changed. */
export function sourceKey(): string {
  const hash = createHash('sha256');
  const folders = [ENGINE.folder, callbot.migrations, new URL('../sample/', import.meta.url)];
  for (const folder of folders) {
    for (const file of readdirSync(folder).sort()) hash.update(file).update(readFileSync(new URL(file, folder)));
  }
  return hash.digest('hex');
}

async function migrateAll(url: string): Promise<void> {
  await migrate(ENGINE, { url, direction: 'up' });
  await migrate({ app: callbot.name, schema: callbot.schema, folder: callbot.migrations }, { url, direction: 'up' });
}

/** Callbot's tables without a row. */
export const emptyCallbot: Template = {
  name: 'callbot_empty',
  key: `${sourceKey()} 1`,
  build: async (url) => {
    await migrateAll(url);
    await buildRollups(url, callbot.schema);
  },
};

/** Noon of today: rolling windows are kept for instants within a day of the real one. */
const ANCHOR = new Date(`${new Date().toISOString().slice(0, 10)}T12:00:00Z`);
/** What the tests of the sample take for now. */
export const INSTANT = ANCHOR.toISOString();

/** A small sample, and 600 customers of every adversarial distribution. */
export const sampledCallbot: Template = {
  name: 'callbot_sampled',
  key: `${sourceKey()} ${INSTANT}`,
  build: async (url) => {
    await migrateAll(url);
    const volume = { customers: 2_000, calls: 20_000, workspaces: 3 };
    await run({ url, schema: callbot.schema, seed: 7, volume, anchor: ANCHOR, progress: () => {} });
    await withOwner(url, (client) =>
      loadAdversarial(client, { schema: callbot.schema, customers: 600 }).then(() => {}),
    );
    await buildRollups(url, callbot.schema);
  },
};
