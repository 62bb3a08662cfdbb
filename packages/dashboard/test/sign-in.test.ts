import { describe, expect, test } from 'vitest';
import { TOKEN } from './fixture-server.ts';
import { lineAt, linesOf } from './fixtures/lines.ts';
import { hasBrowser, useBrowser } from './use-browser.ts';

describe.skipIf(!hasBrowser)('signing in', () => {
  const { open, server } = useBrowser();
  const kept = () => sessionStorage.getItem('altiplano.token');

  test('asks for a token, says when it is not the right one, and shows what it opens', async () => {
    server().told.lines = linesOf(5);
    const page = await open('', { token: null });
    await page.getByLabel('Token').fill('alt_wrong');
    await page.keyboard.press('Enter');
    await page.getByRole('alert').getByText('No token.').waitFor();
    await page.getByLabel('Token').fill(`Bearer ${TOKEN}`);
    await page.getByRole('button', { name: 'Show me' }).click();
    await page.getByRole('grid', { name: 'Requests, newest first' }).waitFor();
    expect(await page.evaluate(kept)).toBe(TOKEN);
  });

  test('leaving forgets the token and what it showed', async () => {
    server().told.lines = [lineAt(1, { path: '/secret' })];
    const page = await open('', { token: null });
    await page.getByLabel('Token').fill(TOKEN);
    await page.keyboard.press('Enter');
    await page.getByText('/secret').waitFor();
    await page.getByRole('button', { name: 'Leave' }).click();
    await page.getByLabel('Token').waitFor();
    expect(await page.evaluate(kept)).toBeNull();
    expect(await page.content()).not.toContain('/secret');
  });

  test('a token in the address is taken out of it', async () => {
    server().told.lines = linesOf(1);
    const page = await open(`#token=${TOKEN}`, { token: null });
    await page.getByRole('grid').waitFor();
    expect(new URL(page.url()).hash).toBe('#/requests');
    expect(await page.evaluate(kept)).toBe(TOKEN);
  });

  test('a token without the scope says so and asks for another', async () => {
    server().told.status = 403;
    const page = await open('');
    await page.getByRole('alert').getByText('It was told to fail.').waitFor();
    server().told.status = null;
    await page.getByLabel('Token').fill(TOKEN);
    await page.keyboard.press('Enter');
    await page.getByText('No requests yet').waitFor();
  });
});
