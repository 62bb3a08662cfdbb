import type { Page, Request } from 'playwright-core';
import { describe, expect, test, vi } from 'vitest';
import { lineAt, linesOf } from './fixtures/lines.ts';
import { hasBrowser, useBrowser } from './use-browser.ts';

describe.skipIf(!hasBrowser)('the list of requests', () => {
  const { open, server } = useBrowser();
  const paths = (page: Page) => page.locator('.grid-row .cell-path').allTextContents();
  const hash = (page: Page) => new URL(page.url()).hash;

  test('is empty at first, and a request appears in it by itself', async () => {
    const page = await open('');
    await page.getByText('No requests yet').waitFor();
    server().told.lines = [lineAt(1, { path: '/first' }), lineAt(2, { path: '/second', verdicts: ['n-plus-one'] })];
    await page.getByText('/second').waitFor();
    expect(await paths(page)).toEqual(['/second', '/first']);
    await page
      .getByRole('row', { name: /second/ })
      .getByText('N+1')
      .waitFor();
    await page.getByRole('img', { name: /newest 2 requests/ }).waitFor();
  });

  test('is filtered by text, route, status and finding, and the address says how', async () => {
    server().told.lines = [
      lineAt(1, { path: '/a/1', route: '/a/:id', method: 'GET', status: 200, verdicts: [] }),
      lineAt(2, { path: '/a/2', route: '/a/:id', method: 'GET', status: 500, verdicts: ['chatty'] }),
      lineAt(3, { path: '/b', route: '/b', method: 'GET', status: 200, verdicts: [] }),
    ];
    const page = await open('');
    await page.getByText('/b', { exact: true }).waitFor();
    await page.keyboard.press('/');
    await page.keyboard.type('/a/');
    await page.getByText('2 of 3').waitFor();
    expect(await paths(page)).toEqual(['/a/2', '/a/1']);
    await page.getByLabel('status', { exact: true }).selectOption('5xx');
    await page.getByLabel('finding', { exact: true }).selectOption('chatty');
    await page.getByText('1 of 3').waitFor();
    expect(hash(page)).toBe('#/requests?text=%2Fa%2F&status=5&verdict=chatty');
    await page.reload();
    await page.getByText('1 of 3').waitFor();
    expect(await paths(page)).toEqual(['/a/2']);
    await page.getByLabel('route', { exact: true }).selectOption('GET /b');
    await page.getByText('None of them').waitFor();
    await page.getByRole('button', { name: 'Show all' }).click();
    await page.getByText('3 of 3').waitFor();
  });

  test('is walked with j and k, opened with Enter and come back to with Escape', async () => {
    server().told.lines = linesOf(30).map((line) => ({ ...line, kept: true }));
    const page = await open('');
    await page.locator('.grid-row').first().waitFor();
    const chosen = () => page.getByRole('grid').getAttribute('aria-activedescendant');
    for (const [key, row] of [
      ['j', 30],
      ['j', 29],
      ['ArrowDown', 28],
      ['k', 29],
      ['G', 1],
      ['g', 30],
      ['j', 29],
    ] as const) {
      await page.keyboard.press(key);
      expect(await chosen(), key).toBe(`requests-${row}`);
    }
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Waterfall' }).waitFor();
    expect(hash(page)).toBe(`#/requests/${lineAt(29).id}`);
    expect(await page.evaluate(() => document.activeElement?.tagName)).toBe('MAIN');
    await page.keyboard.press('Escape');
    await page.getByRole('grid', { name: /Requests/ }).waitFor();
    expect(hash(page)).toBe('#/requests');
  });

  test('keeps what it has while the server fails or is gone, and goes on when it is back', async () => {
    server().told.lines = [lineAt(1, { path: '/kept' })];
    const page = await open('');
    await page.getByText('/kept').waitFor();
    server().told.status = 500;
    await page.getByRole('alert').getByText('The server answered 500').waitFor();
    await page.route('**/api/**', (route) => route.abort());
    await page.getByRole('alert').getByText('does not answer').waitFor();
    expect(await paths(page)).toEqual(['/kept']);
    server().told.status = null;
    server().told.lines.push(lineAt(2, { path: '/back' }));
    await page.unroute('**/api/**');
    await page.getByText('/back').waitFor();
    expect(await page.getByRole('alert').count()).toBe(0);
  });

  test('starts over with a server that did', async () => {
    server().told.lines = linesOf(50);
    const page = await open('');
    await page.getByText('50 of 50').waitFor();
    server().told.lines = [lineAt(1, { path: '/anew' })];
    await page.getByText('/anew').waitFor();
    await page.getByText('1 of 1').waitFor();
  });

  test('stands still while it is paused', async () => {
    server().told.lines = linesOf(3);
    const page = await open('');
    await page.getByText('3 of 3').waitFor();
    const asked: Request[] = [];
    const answered = new Set<Request>();
    page.on('request', (request) => asked.push(request));
    page.on('requestfinished', (request) => answered.add(request));
    await page.keyboard.press('p');
    await page.getByRole('button', { name: 'Paused' }).waitFor();
    // One that was asked for before may still arrive.
    await vi.waitFor(() => expect(asked.filter((request) => !answered.has(request))).toEqual([]));
    const before = asked.length;
    server().told.lines = linesOf(5);
    await page.waitForTimeout(1500);
    expect(asked).toHaveLength(before);
    expect(await page.getByText('3 of 3').count()).toBe(1);
    await page.keyboard.press('p');
    await page.getByText('5 of 5').waitFor();
  });
});
