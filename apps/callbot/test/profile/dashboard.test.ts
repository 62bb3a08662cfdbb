import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { LIST, ONE, useProfiled } from './use-profiled.ts';

const CHROMIUM = process.env.CHROMIUM ?? '/usr/bin/chromium';
const found = existsSync(CHROMIUM);
if (!found) console.warn(`SKIPPED: the dashboard over callbot, no Chromium at ${CHROMIUM} (set CHROMIUM)`);

describe.skipIf(!found)('the dashboard over callbot', () => {
  const callbot = useProfiled({ serving: { dashboard: true } });
  let browser: Browser;
  beforeAll(async () => {
    browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox'] });
  });
  afterAll(() => browser?.close());

  const open = async (as: string) => {
    const page = await browser.newPage();
    const troubles: string[] = [];
    page.on('pageerror', (error) => troubles.push(error.message));
    page.on('request', (request) => {
      if (!request.url().startsWith(callbot.origin())) troubles.push(request.url());
    });
    await page.goto(`${callbot.origin()}/_altiplano/#token=${callbot.token(as)}`);
    return { page, troubles };
  };

  test('a request appears in the list, and opening it shows where its time went', async () => {
    const { page, troubles } = await open('operator');
    await page.getByText('No requests yet').waitFor();
    expect((await callbot.send({ path: LIST, as: 'operator' })).status).toBe(200);
    expect((await callbot.send({ path: ONE, as: 'operator' })).status).toBe(200);
    await page.getByRole('link', { name: '/api/v1/customers/?workspace_id', exact: true }).click();
    await page.getByRole('heading', { name: '200 GET /api/v1/customers/?workspace_id' }).waitFor();
    await page.getByRole('rowheader', { name: 'queryset' }).waitFor();
    await page.locator('.queries .grid-row').first().click();
    await page.getByRole('heading', { name: /^Query 1/ }).waitFor();
    await page.getByRole('button', { name: 'Show its plan' }).click();
    await page.locator('.step.worst').waitFor();
    expect(troubles).toEqual([]);
    await page.close();
  });

  test('every view shows what the server says of it', async () => {
    await callbot.send({ path: LIST, as: 'operator' });
    const { page, troubles } = await open('operator');
    await page.getByRole('grid', { name: /Requests/ }).waitFor();
    await page.keyboard.press('2');
    await page.locator('.shapes .grid-row').first().waitFor();
    await page.keyboard.press('3');
    await page.getByRole('heading', { name: /\/api\/v1\/customers\// }).waitFor();
    await page.keyboard.press('4');
    await page.getByRole('heading', { name: 'What to do' }).waitFor();
    await page.keyboard.press('6');
    await page
      .getByRole('row', { name: /callbot\.customer / })
      .first()
      .waitFor();
    expect(await page.getByRole('alert').count()).toBe(0);
    expect(troubles).toEqual([]);
    await page.close();
  });

  test('a token without the scope is told which one is missing', async () => {
    const { page } = await open('plain');
    await page.getByRole('alert').getByText('profile:read').waitFor();
    await page.close();
  });
});
