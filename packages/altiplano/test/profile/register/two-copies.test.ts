import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, it } from 'vitest';
import { PG_PACKAGES } from './pg-packages.ts';
import { useApp } from './run-app.ts';

const installed = fileURLToPath(new URL('../../../../../node_modules/', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'altiplano-copies-'));
for (const name of PG_PACKAGES) cpSync(join(installed, name), join(folder, 'node_modules', name), { recursive: true });
afterAll(() => rmSync(folder, { recursive: true }));

const app = useApp('two-copies.mjs', { OTHER_FOLDER: join(folder, 'program.js') });

it('hears every copy of pg, imported and required', async () => {
  expect(await (await fetch(app().origin)).text()).toBe('true');
  const [recording] = await app().recordings(1);
  expect(recording?.queries.map(({ text }) => text)).toEqual(['select 0 as copy', 'select 1 as copy']);
});
