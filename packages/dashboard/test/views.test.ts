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

  test('plans are looked at when that is asked for, a few at a time', async () => {
    server().told.plans = { shapes: 3, looked: 0, refused: 0 };
    const page = await open('#/advice');
    await page.locator('.finding').first().waitFor();
    expect(await page.getByText('Policy own of ledger').count()).toBe(0);
    await page.getByRole('button', { name: 'Look at the plans' }).click();
    await page.getByRole('heading', { name: 'Policy own of ledger asks current_setting for every row' }).waitFor();
    await page.getByText('plans of 2 of 3 queries looked at, none run').waitFor();
    await page.getByRole('button', { name: 'Look at the next plans' }).click();
    await page.getByText('plans of 3 of 3 queries looked at, none run, 1 not to be had').waitFor();
    expect(await page.getByRole('button', { name: /Look at/ }).count()).toBe(0);
  });

  test('who may not have statements explained is not asked to', async () => {
    server().told.plans = null;
    const page = await open('#/advice');
    await page.locator('.finding').first().waitFor();
    expect(await page.locator('.ask-plan').count()).toBe(0);
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

  test('a long plan hides what is cheap until it is asked for', async () => {
    const step = (time: number, plans: readonly unknown[] = []) => ({
      'Node Type': 'Append',
      'Total Cost': 1,
      'Plan Rows': 1,
      'Actual Total Time': time,
      'Actual Loops': 1,
      'Actual Rows': 1,
      Plans: plans,
    });
    const cheap = Array.from({ length: 60 }, () => step(0.001));
    const page = await open('#/plan');
    await page.getByLabel(/Paste/).fill(JSON.stringify({ Plan: step(100, [step(90), step(0.1, cheap)]) }));
    await page.locator('.step.worst').waitFor();
    expect(await page.locator('li.step').count()).toBe(3);
    await page.getByRole('button', { name: 'show 60 steps, 0.1 %' }).click();
    await page.getByRole('button', { name: 'hide 60 steps, 0.1 %' }).waitFor();
    expect(await page.locator('li.step').count()).toBe(63);
  });

  test('of many indexes the largest come first, the others when asked for', async () => {
    const { health } = server().told;
    const indexes = Array.from({ length: 45 }, (_, index) => ({
      table: 'many',
      index: `many_${index}`,
      bytes: index * 8192,
      scans: index,
    }));
    server().told.health = { ...health, indexes };
    const page = await open('#/health');
    const rows = page.getByRole('region', { name: 'Indexes' }).locator('tbody tr');
    await rows.first().getByText('many_44').waitFor();
    expect(await rows.count()).toBe(20);
    await page.getByRole('button', { name: 'All 45' }).click();
    await rows.nth(44).getByText('many_0', { exact: true }).waitFor();
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
    Object.assign(server().told, { shapes: [], routes: [], recommendations: [], plans: null });
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
