import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { lineAt, linesOf } from './fixtures/lines.ts';
import { PLAN } from './fixtures/plan.ts';
import { INDEX, loopProfile } from './fixtures/profile.ts';
import { hasBrowser, useBrowser } from './use-browser.ts';

const PLACES = [
  ['#/requests', '.requests .grid-row'],
  ['#/requests/one/queries/1', '.step.worst'],
  ['#/shapes/f2', '.shapes .grid-row'],
  ['#/routes', '.chart path'],
  ['#/advice', '.finding'],
  ['#/plan', 'textarea'],
  ['#/health', '.share-meter'],
] as const;

describe.skipIf(!hasBrowser)('views', () => {
  const { open, server } = useBrowser();

  test('are reached by their numbers, and ? says so', async () => {
    server().told.lines = linesOf(10);
    const page = await open('');
    await page.locator('.grid-row').first().waitFor();
    for (const [key, view] of ['requests', 'shapes', 'routes', 'advice', 'plan', 'health'].entries()) {
      await page.keyboard.press(String(key + 1));
      await page.locator('nav a[aria-current="page"]').getByText(view).waitFor();
    }
    await page.keyboard.press('?');
    const keys = page.getByRole('dialog', { name: 'Keys' });
    await keys.waitFor();
    await page.keyboard.press('Escape');
    await keys.waitFor({ state: 'hidden' });
  });

  test('shapes lead to a request that has it', async () => {
    const page = await open('#/shapes');
    await page.locator('.shapes .grid-row').first().click();
    await page.getByText('in 25 requests of GET /api/v1/customers/').waitFor();
    await page.getByLabel('Most').selectOption('calls');
    await page.getByRole('link', { name: 'Show one of them' }).click();
    await page.getByRole('heading', { name: 'Query 2' }).waitFor();
  });

  test('routes are drawn minute by minute, and a quiet time is a gap', async () => {
    const page = await open('#/routes');
    const chart = page.getByRole('img', { name: /^Time\. p50: from .* p99: from/ });
    await chart.waitFor();
    const line = await chart.locator('.line path').first().getAttribute('d');
    expect(line?.match(/M/g)).toHaveLength(2);
    await page.keyboard.press('j');
    await page.getByRole('heading', { name: 'GET /reports/monthly' }).waitFor();
    await page.getByRole('link', { name: 'Its 440 requests' }).waitFor();
  });

  test('advice is the gravest first', async () => {
    const page = await open('#/advice');
    await page.locator('.finding').first().waitFor();
    expect(await page.locator('.finding h3').allTextContents()).toEqual([
      'One query for each of 25 customers',
      'call is read whole to find 15 % of it',
    ]);
    await page.getByText('in 61 requests').waitFor();
  });

  test('a pasted plan is drawn and sent nowhere', async () => {
    const page = await open('#/plan');
    const asked: string[] = [];
    page.on('request', (request) => asked.push(request.postData() ?? request.url()));
    await page.getByLabel(/Paste/).fill('Seq Scan on call  (cost=0.00..1.10 rows=10 width=8)');
    await page.getByRole('alert').getByText('This is a plan as text.').waitFor();
    await page.getByLabel(/Paste/).fill(JSON.stringify(PLAN));
    await page.locator('.step.worst').getByText('Seq Scan').waitFor();
    expect(asked.filter((text) => text.includes('Node'))).toEqual([]);
  });

  test('health says what lags, what hits and what is large', async () => {
    const page = await open('#/health');
    await page.getByRole('row', { name: /customer_bitmap.*1\.5 min.*18,004.*3/ }).waitFor();
    await page.getByRole('row', { name: /callers.*82 %/ }).waitFor();
    await page.getByRole('row', { name: /facets.*not asked yet/ }).waitFor();
    const indexes = await page.getByRole('region', { name: 'Indexes' }).locator('tbody tr').allTextContents();
    expect(indexes[0]).toContain('call_latest');
  });

  test('without data say what would be there', async () => {
    Object.assign(server().told, { shapes: [], routes: [], recommendations: [] });
    const page = await open('#/shapes');
    await page.getByText('No queries yet').waitFor();
    await page.keyboard.press('3');
    await page.getByText('No routes yet').waitFor();
    await page.keyboard.press('4');
    await page.getByText('Nothing to do').waitFor();
  });

  test('that fail say so, and ask again when told', async () => {
    server().told.status = 500;
    const page = await open('#/health');
    await page.getByRole('alert').getByText('The server answered 500').waitFor();
    server().told.status = null;
    await page.getByRole('button', { name: 'Ask again' }).click();
    await page.getByText('customer_call_rollup').waitFor();
  });
});

describe.skipIf(!hasBrowser)('everywhere', () => {
  const { open, server } = useBrowser();
  const visit = async (see: (page: Page, place: string) => Promise<void>, width: number): Promise<void> => {
    server().told.lines = linesOf(40);
    const page = await open('', { viewport: { width, height: 800 } });
    for (const [place, sign] of PLACES) {
      await page.evaluate((hash) => {
        location.hash = hash;
      }, place);
      await page.locator(sign).first().waitFor();
      await see(page, place);
    }
  };

  test('what the server sends is text, never markup', async () => {
    const evil = '<img src=x onerror="document.title=1"><script>document.title=1</script>';
    server().told.lines = [lineAt(1, { path: evil, route: evil, method: evil, verdicts: [evil], kept: true })];
    server().told.recommendations = [{ ...INDEX, title: evil, detail: evil, requests: 1, example: evil }];
    server().told.profileOf = (id) => {
      const profile = loopProfile(1, id);
      return {
        ...profile,
        app: evil,
        queries: profile.queries.map((query) => ({ ...query, text: evil, label: evil })),
      };
    };
    const page = await open('#/requests');
    await page.locator('.cell-path').getByText(evil).waitFor();
    for (const [hash, sign] of [
      ['#/requests/one/queries/0', '.query-detail .sql'],
      ['#/advice', '.finding h3'],
    ] as const) {
      await page.evaluate((to) => {
        location.hash = to;
      }, hash);
      await page.locator(sign).getByText('<img').waitFor();
    }
    expect(await page.locator('body img, body script').count()).toBe(0);
    expect(await page.title()).not.toBe('1');
  });

  test('nothing is wider than a telephone', async () => {
    await visit(async (page, place) => {
      const width = await page.evaluate(() => document.documentElement.scrollWidth);
      expect(width, place).toBeLessThanOrEqual(390);
    }, 390);
  });

  test('what can be pressed or filled in has a name', async () => {
    await visit(async (page, place) => {
      const nameless = await page.evaluate(() =>
        [...document.querySelectorAll<HTMLElement>('a, button, input, select, textarea, [role=grid], [role=img]')]
          .filter((element) => {
            const labels = 'labels' in element ? [...((element.labels as NodeListOf<HTMLElement> | null) ?? [])] : [];
            const names = [element.ariaLabel, element.textContent, ...labels.map((label) => label.textContent)];
            return !names.some((name) => (name ?? '').trim() !== '');
          })
          .map((element) => element.outerHTML.slice(0, 120)),
      );
      expect(nameless, place).toEqual([]);
    }, 1280);
  });
});
