import {
  buildBitmaps,
  buildRollups,
  issueToken,
  migrateApp,
  sourceKey,
  type Template,
  withOwner,
} from 'altiplano/testing';
import { workboard } from '../app.ts';
import { run } from '../sample.ts';
import { MEMBERS, type Member } from './fixture.ts';

const key = () => sourceKey(workboard, new URL('../sample/', import.meta.url));

export async function buildKept(url: string): Promise<void> {
  await buildRollups(url, workboard.schema);
  await buildBitmaps(url, workboard.schema);
}

/** Workboard's tables without a row. */
export const emptyWorkboard: Template = {
  name: 'workboard_empty',
  key: `${key()} 1`,
  build: async (url) => {
    await migrateApp(url, workboard);
    await buildKept(url);
  },
};

/** Noon of today. */
export const ANCHOR = new Date(`${new Date().toISOString().slice(0, 10)}T12:00:00Z`);

export const sampledWorkboard: Template = {
  name: 'workboard_sampled',
  key: `${key()} 1 ${ANCHOR.toISOString()}`,
  build: async (url) => {
    await migrateApp(url, workboard);
    const volume = { tasks: 3_000, projects: 40, members: 30, organizations: 3 };
    await run({ url, schema: workboard.schema, seed: 7, volume, anchor: ANCHOR, progress: () => {} });
    await buildKept(url);
    await withOwner(url, (client) => client.query('vacuum (analyze)').then(() => {}));
  },
};

/** A token for each member of the fixture, by the member's name there. */
export async function fixtureTokens(url: string): Promise<Record<Member, string>> {
  const made = Object.entries(MEMBERS).map(
    async ([name, id]) => [name, await issueToken(url, workboard.name, id, [], 'test')] as const,
  );
  return Object.fromEntries(await Promise.all(made)) as Record<Member, string>;
}
