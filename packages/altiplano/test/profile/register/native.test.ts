import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, it } from 'vitest';
import { PG_PACKAGES } from './pg-packages.ts';
import { useApp } from './run-app.ts';

const folder = mkdtempSync(join(tmpdir(), 'altiplano-native-'));
const modules = join(folder, 'node_modules');
const installed = fileURLToPath(new URL('../../../../../node_modules/', import.meta.url));
for (const name of PG_PACKAGES) cpSync(join(installed, name), join(modules, name), { recursive: true });
cpSync(fileURLToPath(new URL('apps/pg-native/', import.meta.url)), join(modules, 'pg-native'), { recursive: true });
afterAll(() => rmSync(folder, { recursive: true }));

const app = useApp('native.mjs', { OTHER_FOLDER: join(folder, 'program.js') });

it('pg.native is heard as pg is: rows, errors, places', async () => {
  expect(await (await fetch(app().origin)).text()).toBe('done');
  const [recording] = await app().recordings(1);
  const owner = ['select name from owners where pet = $1', 3, null];
  expect(recording?.queries.map(({ text, rows, error }) => [text, rows, error])).toEqual([
    ['select id from pets', 3, null],
    ...Array(3).fill(owner),
    ['select nonsense', null, '42703'],
  ]);
  const [list, , second] = recording?.queries ?? [];
  expect(second?.site).toMatchObject({ file: expect.stringMatching(/apps\/native\.mjs$/), function: 'ownerOf' });
  expect(list?.columnHashes?.id?.has(second?.parameterHashes?.[0]?.[0] ?? '')).toBe(true);
  expect(app().said.stderr).toBe('');
});
