import { describe, expect, test } from 'vitest';
import { loopProfile } from './fixtures/profile.ts';
import { hasBrowser, useBrowser } from './use-browser.ts';

describe.skipIf(!hasBrowser)('one request', () => {
  const { open, server } = useBrowser();
  const clipboard = () => navigator.clipboard.readText();

  test('shows its layers, its shares and what to do, with a statement to copy', async () => {
    const page = await open('#/requests/one');
    await page.getByRole('heading', { name: '200 GET /api/v1/customers/' }).waitFor();
    await page.getByRole('heading', { name: 'Most of the time it waits for the database, in serializer' }).waitFor();
    await page.getByRole('rowheader', { name: 'serializer' }).waitFor();
    await page.getByRole('list', { name: 'Shares of the time' }).getByText('database 79 %').waitFor();
    await page.getByRole('heading', { name: 'One query for each of 24 customers' }).waitFor();
    await page.getByText('naive/customers.ts:48 in latestCall').waitFor();
    const advice = page.locator('.finding').filter({ hasText: 'call is read whole' });
    await advice.getByText('removed rows 848,998').waitFor();
    await advice.locator('code').getByText('concurrently', { exact: true }).first().waitFor();
    await advice.getByRole('button', { name: 'Copy the statement' }).click();
    await advice.getByText('Copied').waitFor();
    expect(await page.evaluate(clipboard)).toBe(
      'create index concurrently call_status_created_at on call (status, created_at);',
    );
  });

  test('draws each query in its place, the wait for a connection apart', async () => {
    const page = await open('#/requests/one');
    await page.getByRole('grid', { name: 'Queries of this request' }).waitFor();
    expect(await page.locator('.queries').getAttribute('aria-rowcount')).toBe('27');
    const bars = await page.locator('#queries-1 .track i').evaluateAll((all) =>
      all.map((bar) => {
        const { left, right } = bar.getBoundingClientRect();
        return { phase: bar.className, left, right };
      }),
    );
    expect(bars.map(({ phase }) => phase)).toEqual(['tone-pool', 'tone-database', 'tone-decode']);
    for (const [index, bar] of bars.slice(1).entries()) expect(bar.left).toBeCloseTo(bars[index]?.right ?? 0, 0);
  });

  test('of 300 queries is one row a shape first, and all of them when asked', async () => {
    server().told.profileOf = (id) => loopProfile(300, id);
    const page = await open('#/requests/many');
    await page.getByRole('grid', { name: 'Queries of this request by shape' }).waitFor();
    expect(await page.locator('.queries .grid-row').count()).toBe(3);
    await page.locator('.queries').getByText('300 ×').waitFor();
    await page.getByText('each query').click();
    await page.locator('.queries[aria-rowcount="303"]').waitFor();
    expect(await page.locator('.queries .grid-row').count()).toBeLessThan(60);
  });

  test('a query opens by its row, by its keys and by its address', async () => {
    const page = await open('#/requests/one');
    await page.locator('#queries-0').click();
    await page.getByRole('heading', { name: 'Query 1 permission members' }).waitFor();
    await page.keyboard.press('j');
    await page.getByRole('heading', { name: 'Query 2' }).waitFor();
    expect(new URL(page.url()).hash).toBe('#/requests/one/queries/1');
    await page.getByText('waiting for a connection 400 µs').waitFor();
    await page.reload();
    await page.getByRole('heading', { name: 'Query 2' }).waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('heading', { name: 'Query 2' }).waitFor({ state: 'detached' });
    await page.goBack();
    await page.getByRole('heading', { name: 'Query 2' }).waitFor();
  });

  test('its plan is drawn, the step that takes most marked, by time, buffers or cost', async () => {
    const page = await open('#/requests/one/queries/1');
    await page.locator('.step.worst').getByText('Seq Scan').waitFor();
    await page.getByText('read 848,998 rows only to leave them out').waitFor();
    expect(await page.locator('li.step').count()).toBe(7);
    await page.getByText('own cost').click();
    await page.locator('.step.worst').getByText('most cost').waitFor();
  });

  test('a plan that was not recorded is asked for', async () => {
    const page = await open('#/requests/one/queries/0');
    await page.getByRole('button', { name: 'Show its plan' }).click();
    await page.locator('.step.worst').getByText('Seq Scan').waitFor();
  });

  test('that this page does not understand says so, and the others are there', async () => {
    server().told.profileOf = (id) => ({ ...loopProfile(1, id), layers: null }) as never;
    const page = await open('#/requests/strange');
    await page.getByRole('alert').getByText('This could not be shown.').waitFor();
    await page.keyboard.press('Escape');
    await page.getByText('No requests yet').waitFor();
  });

  test('that is gone says so', async () => {
    server().told.profileOf = () => null;
    const page = await open('#/requests/gone');
    await page.getByRole('alert').getByText('It is no longer there.').waitFor();
    await page.getByRole('link', { name: 'All requests' }).click();
    await page.getByText('No requests yet').waitFor();
  });
});
