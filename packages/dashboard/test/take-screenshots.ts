import { mkdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';
import { startFixtureServer, TOKEN } from './fixture-server.ts';
import { linesOf } from './fixtures/lines.ts';
import { loopProfile } from './fixtures/profile.ts';

/** The pictures of the guide, from the fixtures: node scripts/run.mjs packages/dashboard/test/take-screenshots.ts */
const FOLDER = fileURLToPath(new URL('../../../docs/guide/images/', import.meta.url));
const PICTURES = [
  { name: 'dashboard-requests', hash: '#/requests', sign: '.grid-row', height: 560, colorScheme: 'light' },
  { name: 'dashboard-request', hash: '#/requests/one', sign: '.queries', height: 860, colorScheme: 'light' },
  { name: 'dashboard-advice', hash: '#/advice', sign: '.ask-plan button', height: 860, colorScheme: 'light' },
  { name: 'dashboard-plan', hash: '#/requests/one/queries/1', sign: '.step.worst', height: 900, colorScheme: 'dark' },
] as const;

await mkdir(FOLDER, { recursive: true });
const server = await startFixtureServer();
server.told.lines = linesOf(10_000);
server.told.profileOf = (id) => loopProfile(300, id);
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox'],
});
for (const { name, hash, sign, height, colorScheme } of PICTURES) {
  const page = await browser.newPage({ viewport: { width: 1180, height }, colorScheme, timezoneId: 'UTC' });
  await page.addInitScript((token) => sessionStorage.setItem('altiplano.token', token), TOKEN);
  await page.goto(`${server.origin}/_altiplano/${hash}`);
  await page.locator(sign).first().waitFor();
  if (hash === '#/requests') await page.getByText('10,000 of 10,000').waitFor();
  if (hash === '#/advice') {
    await page.getByRole('button', { name: 'Look at the plans' }).click();
    await page.getByText('looked at').waitFor();
  }
  await page.locator('.query-detail').evaluateAll((all) => all[0]?.scrollIntoView());
  await page.screenshot({ path: `${FOLDER}${name}.png` });
}
await browser.close();
await server.close();
