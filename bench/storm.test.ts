import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { useDatabase } from 'altiplano/testing';
import { afterAll, expect, test } from 'vitest';
import { emptyShop } from '../apps/shop/test/shop-database.ts';
import { storm } from './storm/main.ts';
import { keepOutcome, table } from './storm/report.ts';

const database = useDatabase(emptyShop);
const folder = mkdtempSync(join(tmpdir(), 'storm-'));
const root = pathToFileURL(`${folder}/`);
afterAll(() => rmSync(folder, { recursive: true }));

const outcome = { storm: 'shop', clients: 200, minutes: 4, counts: { 'orders placed': 12_345 }, wrong: [] };

test('what is wrong is told, and that nothing is', () => {
  expect(table(outcome)).toBe('shop: 200 clients, 4 minutes\n  orders placed  12,345\nNothing wrong.');
  expect(table({ ...outcome, wrong: ['a product was sold twice'] })).toContain('WRONG:\n  a product was sold twice');
});

test('an outcome takes the place of the same storm in the docs, beside the others', async () => {
  await keepOutcome(root, database.url(), outcome);
  await keepOutcome(root, database.url(), { ...outcome, storm: 'finance' });
  await keepOutcome(root, database.url(), { ...outcome, counts: { 'orders placed': 7 } });
  const { storms } = JSON.parse(readFileSync(new URL('bench/results/storm.json', root), 'utf8'));
  expect(storms.map((one: typeof outcome) => [one.storm, one.counts['orders placed']])).toEqual([
    ['finance', 12_345],
    ['shop', 7],
  ]);
  expect(readFileSync(new URL('docs/benchmarks.md', root), 'utf8').match(/clients, 4 minutes/g)).toHaveLength(2);
});

test.each([[[]], [['shp']], [['shop', '--minutes', '0']], [['shop', '--clients', 'many']]])(
  '%j is wrong use',
  async (words) => expect(await storm(words)).toBe(2),
);

test('an option that there is not is answered with the usage', async () => {
  expect(await storm(['shop', '--help'])).toBe(2);
});
