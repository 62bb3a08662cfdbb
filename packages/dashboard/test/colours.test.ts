import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { hasBrowser, useBrowser } from './use-browser.ts';

/** WCAG 2.2: relative luminance, and the contrast of two colours. */
function luminance([r = 0, g = 0, b = 0]: readonly number[]): number {
  const part = (value: number) => {
    const share = value / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  };
  return 0.2126 * part(r) + 0.7152 * part(g) + 0.0722 * part(b);
}
function contrast(a: readonly number[], b: readonly number[]): number {
  const [dark = 0, light = 0] = [luminance(a), luminance(b)].sort((one, two) => one - two);
  return (light + 0.05) / (dark + 0.05);
}

const TEXTS = [
  ['ink', 'paper'],
  ['ink', 'raised'],
  ['ink', 'sunk'],
  ['ink', 'chosen'],
  ['quiet', 'paper'],
  ['quiet', 'raised'],
  ['quiet', 'sunk'],
  ['quiet', 'chosen'],
  ['link', 'paper'],
  ['link', 'sunk'],
  ['good', 'raised'],
  ['bad', 'raised'],
  ['bad', 'bad-soft'],
  ['warn', 'warn-soft'],
  ['warn', 'raised'],
  ['ink', 'bad-soft'],
  ['quiet', 'bad-soft'],
  ['paper', 'bad'],
  ['paper', 'link'],
] as const;

describe.skipIf(!hasBrowser)('colours', () => {
  const { open } = useBrowser();
  const read = (page: Page, name: string): Promise<readonly number[]> =>
    page.evaluate((variable) => {
      const probe = document.createElement('i');
      probe.style.color = `var(--${variable})`;
      document.body.append(probe);
      const { color } = getComputedStyle(probe);
      probe.remove();
      return (color.match(/[\d.]+/g) ?? []).slice(0, 3).map(Number);
    }, name);

  test.each(['light', 'dark'] as const)('of %s can be read: 4.5 to 1 and more', async (colorScheme) => {
    const page = await open('', { colorScheme });
    await page.getByText('No requests yet').waitFor();
    for (const [text, ground] of TEXTS) {
      const found = contrast(await read(page, text), await read(page, ground));
      expect(found, `${text} on ${ground}`).toBeGreaterThanOrEqual(4.5);
    }
  });

  test.each(['light', 'dark'] as const)('of %s tell the phases apart by lightness too', async (colorScheme) => {
    const page = await open('', { colorScheme });
    await page.getByText('No requests yet').waitFor();
    const [pool = [], database = [], decode = []] = await Promise.all(
      ['pool', 'database', 'decode'].map((name) => read(page, name)),
    );
    expect(contrast(pool, database)).toBeGreaterThan(1.5);
    expect(contrast(database, decode)).toBeGreaterThan(1.3);
  });

  test('follow the system until one is chosen, which stays', async () => {
    const page = await open('', { colorScheme: 'dark' });
    await page.getByText('No requests yet').waitFor();
    const ground = () => page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
    const dark = await ground();
    await page.getByRole('button', { name: /^Colours: auto/ }).click();
    await page.getByRole('button', { name: /^Colours: light/ }).waitFor();
    expect(await ground()).not.toBe(dark);
    await page.reload();
    await page.getByRole('button', { name: /^Colours: light/ }).click();
    expect(await ground()).toBe(dark);
  });
});
