import { existsSync } from 'node:fs';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect } from 'vitest';
import { type FixtureServer, startFixtureServer, TOKEN } from './fixture-server.ts';

const CHROMIUM = process.env.CHROMIUM ?? '/usr/bin/chromium';
export const hasBrowser = existsSync(CHROMIUM);
if (!hasBrowser) console.warn(`SKIPPED: the dashboard in a browser, no Chromium at ${CHROMIUM} (set CHROMIUM)`);

export interface Opening extends BrowserContextOptions {
  /** In the tab's storage already; null shows the sign-in. */
  readonly token?: string | null;
}

export interface Looking {
  server(): FixtureServer;
  open(hash: string, opening?: Opening): Promise<Page>;
  /** Messages the page wrote as errors, other than refusals the test asked for. */
  readonly troubles: string[];
}

/** A Chromium for the file, a server with the fixtures for each test; afterwards nothing may have failed or asked elsewhere. */
export function useBrowser(): Looking {
  let browser: Browser | undefined;
  let server: FixtureServer | undefined;
  const troubles: string[] = [];
  const asked = new Set<string>();
  const current = (): FixtureServer => {
    if (server === undefined) throw new Error('the server has not started');
    return server;
  };
  beforeAll(async () => {
    if (hasBrowser) browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox'] });
  });
  afterAll(() => browser?.close());
  beforeEach(async () => {
    server = await startFixtureServer();
  });
  afterEach(async () => {
    for (const context of browser?.contexts() ?? []) await context.close();
    const { origin } = current();
    await current().close();
    expect(troubles.splice(0)).toEqual([]);
    expect([...asked].filter((each) => each !== origin)).toEqual([]);
    asked.clear();
  });

  return {
    server: current,
    troubles,
    async open(hash, { token = TOKEN, ...options } = {}) {
      if (browser === undefined) throw new Error('no browser');
      const context = await browser.newContext({
        viewport: { width: 1280, height: 800 },
        timezoneId: 'UTC',
        permissions: ['clipboard-read', 'clipboard-write'],
        ...options,
      });
      const page = await context.newPage();
      page.on('request', (request) => asked.add(new URL(request.url()).origin));
      page.on('pageerror', (error) => troubles.push(error.message));
      page.on('console', (message) => {
        // Chromium writes each refusal down; that they come is what some tests are about.
        if (message.type() === 'error' && !/Failed to load resource/.test(message.text()))
          troubles.push(message.text());
      });
      if (token !== null) await context.addInitScript((text) => sessionStorage.setItem('altiplano.token', text), token);
      await page.goto(`${current().origin}/_altiplano/${hash}`);
      return page;
    },
  };
}
