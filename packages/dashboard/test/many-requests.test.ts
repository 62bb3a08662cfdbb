import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { lineAt, linesOf } from './fixtures/lines.ts';
import { measureFrames } from './measure-frames.ts';
import { hasBrowser, useBrowser } from './use-browser.ts';

const MANY = 10_000;

describe.skipIf(!hasBrowser)(`${MANY} requests`, () => {
  const { open, server } = useBrowser();
  const show = async (count: number): Promise<Page> => {
    server().told.lines = linesOf(count);
    const page = await open('');
    const shown = count.toLocaleString('en');
    await page.getByText(`${shown} of ${shown}`).waitFor();
    return page;
  };
  const list = (page: Page) => page.locator('.requests .grid-body');

  test('are drawn as those that are seen and a few more, wherever one scrolls', async () => {
    const page = await show(MANY);
    for (const top of [0, 150_000, 299_000]) {
      await list(page).evaluate((body, to) => body.scrollTo({ top: to }), top);
      const first = Math.floor(top / 30);
      await page.locator(`[aria-rowindex="${first + 2}"]`).waitFor();
      expect(await page.locator('.grid-row').count()).toBeLessThan(60);
    }
    expect(await page.getByRole('grid').getAttribute('aria-rowcount')).toBe(String(MANY + 1));
  });

  test('new ones do not move what is read', async () => {
    const page = await show(MANY);
    await list(page).evaluate((body) => body.scrollTo({ top: 30_000 }));
    const seen = page.locator('#requests-8990');
    await seen.waitFor();
    const before = await seen.boundingBox();
    server().told.lines.push(lineAt(MANY + 1), lineAt(MANY + 2), lineAt(MANY + 3));
    await page.waitForFunction(() => document.querySelector('.requests .grid-body')?.scrollTop === 30_090);
    expect((await seen.boundingBox())?.y).toBe(before?.y);
  });

  // Told by what is touched, as times are those of whatever else the machine does; they are printed.
  test('cost no more a frame than a hundred', async () => {
    const few = await measureFrames(await show(100));
    const many = await measureFrames(await show(MANY));
    console.log(`frames of a scroll, ms of work: ${JSON.stringify({ few, many })}`);
    expect(few.touched).toBeGreaterThan(1);
    expect(many.touched).toBeLessThan(few.touched * 1.5);
  });
});
