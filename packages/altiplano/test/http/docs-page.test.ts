import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { LIST, useCallbotServer, WORKSPACE } from './callbot-server.ts';

const callbot = useCallbotServer();
const CHROMIUM = process.env.CHROMIUM ?? '/usr/bin/chromium';
const found = existsSync(CHROMIUM);
if (!found) console.warn(`SKIPPED: /docs in a browser, no Chromium at ${CHROMIUM} (set CHROMIUM)`);

describe('/docs', () => {
  test('names no other host and allows none', async () => {
    const reply = await callbot.get('/docs');
    expect(reply.headers.get('content-security-policy')).toContain("default-src 'self'");
    const page = await reply.text();
    const files = [...page.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, file = '']) => file);
    expect(files.length).toBeGreaterThan(3);
    for (const file of files) {
      expect(file).not.toMatch(/^(https?:)?\/\//);
      expect((await callbot.get(new URL(file, `${callbot.server().origin}/docs`).pathname)).status).toBe(200);
    }
  });
});

describe.skipIf(!found)('/docs in a browser', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox'] });
  });
  afterAll(() => browser?.close());

  test('shows the endpoints, and a request from the page is answered', async () => {
    const page = await browser.newPage();
    const troubles: string[] = [];
    const asked = new Set<string>();
    page.on('request', (request) => asked.add(new URL(request.url()).origin));
    page.on('pageerror', (error) => troubles.push(error.message));
    page.on('console', (message) => {
      if (message.type() === 'error') troubles.push(message.text());
    });
    const { origin } = callbot.server();
    await page.goto(`${origin}/docs`);
    await page.getByRole('button', { name: 'Authorize' }).click();
    await page.locator('.auth-container input').fill(callbot.token());
    await page.locator('.auth-btn-wrapper').getByRole('button', { name: 'Apply credentials' }).click();
    await page.locator('.auth-btn-wrapper').getByRole('button', { name: 'Close' }).click();
    await page.getByText(LIST, { exact: true }).first().click();
    await page.getByRole('button', { name: 'Try it out' }).click();
    await page.getByPlaceholder('workspace_id').fill(WORKSPACE);
    await page.getByRole('button', { name: 'Execute' }).click();
    await page.getByText('"Customer 1"').first().waitFor();
    expect(troubles).toEqual([]);
    expect([...asked]).toEqual([origin]);
    await page.close();
  });
});
