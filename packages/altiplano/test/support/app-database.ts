import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { ENGINE, migrate } from '../../src/migrate/run.ts';
import type { App } from '../../src/resource/app.ts';

/** What every app's sample is made with. */
export const SAMPLING = new URL('../../src/sample/', import.meta.url);

/** Changes with the migrations, the sample's sources and the folders named besides. */
export function sourceKey(app: App, ...folders: readonly URL[]): string {
  const hash = createHash('sha256');
  for (const folder of [ENGINE.folder, app.migrations, SAMPLING, ...folders]) {
    for (const file of readdirSync(folder).sort()) hash.update(file).update(readFileSync(new URL(file, folder)));
  }
  return hash.digest('hex');
}

/** The engine's migrations, then the app's. */
export async function migrateApp(url: string, app: App): Promise<void> {
  await migrate(ENGINE, { url, direction: 'up' });
  await migrate({ app: app.name, schema: app.schema, folder: app.migrations }, { url, direction: 'up' });
}
