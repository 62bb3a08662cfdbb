import { readdirSync, readFileSync } from 'node:fs';
import { connectOwner, type OwnerClient } from '../../../src/execute/owner.ts';
import { ENGINE, migrate } from '../../../src/migrate/run.ts';
import type { Template } from '../../support/database.ts';

/** The engine's own schema and no app: each run brings a schema of its own. */
export const engineOnly: Template = {
  name: 'engine_bitmaps',
  key: readdirSync(ENGINE.folder)
    .sort()
    .map((file) => readFileSync(new URL(file, ENGINE.folder), 'utf8'))
    .join(),
  build: async (url) => {
    await migrate(ENGINE, { url, direction: 'up' });
  },
};

/** Compiling the comparison takes longer than running it: 1 s a look on servers that do. */
export async function connect(url: string): Promise<OwnerClient> {
  const client = await connectOwner(url);
  await client.query('set jit = off');
  return client;
}
