import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { chromium } from 'playwright-core';
import { describe, expect, it, vi } from 'vitest';
import { REGISTER, useApp } from './run-app.ts';

const CHROMIUM = process.env.CHROMIUM ?? '/usr/bin/chromium';

describe('a program that opens its dashboard', () => {
  const app = useApp('express.cjs', { ALTIPLANO_PROFILE_DASHBOARD: '0', ALTIPLANO_PROFILE_OUT: '' });
  const find = async (): Promise<URL> => {
    await vi.waitFor(() => expect(app().said.stderr).toContain('#token='), { timeout: 10_000 });
    return new URL(/http:\S+/.exec(app().said.stderr)?.[0] ?? '');
  };
  const ask = async (path: string, token: string | null) => {
    const { origin } = await find();
    return fetch(`${origin}/_altiplano/api/${path}`, {
      headers: token === null ? {} : { authorization: `Bearer ${token}` },
    });
  };

  it('says where on stderr, on this machine alone, and tells only who has its token', async () => {
    const { hostname, hash } = await find();
    expect(hostname).toBe('127.0.0.1');
    const token = hash.replace('#token=', '');
    for (const wrong of [null, '', 'x', `${token}x`]) expect((await ask('requests', wrong)).status).toBe(401);
    expect((await ask('requests', token)).status).toBe(200);
  });

  it('lists its requests with what is wrong with them, and not those of the page', async () => {
    const token = (await find()).hash.replace('#token=', '');
    await (await fetch(`${app().origin}/houses/12/people/7?pets=8`)).text();
    await vi.waitFor(async () => {
      const { requests } = (await (await ask('requests', token)).json()) as { readonly requests: unknown };
      expect(requests).toEqual([
        expect.objectContaining({ route: '/houses/:id/people/:id', status: 200, verdicts: ['n-plus-one'] }),
      ]);
    });
  });

  it.skipIf(!existsSync(CHROMIUM))('shows them', async () => {
    const address = await find();
    const browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox'] });
    try {
      const page = await browser.newPage();
      await page.goto(address.href);
      await page.getByRole('link', { name: /^\/houses\/12\/people\/7/ }).click();
      await page
        .locator('.finding.error, .finding.warning')
        .getByText(/express\.cjs/)
        .first()
        .waitFor();
      await page.locator('.queries .grid-row').last().click();
      await page.getByRole('button', { name: 'Show its plan' }).click();
      await page.getByRole('alert').getByText('Plans are not to be had from here.').waitFor();
    } finally {
      await browser.close();
    }
  });
});

describe('the port that the environment says', () => {
  const run = (port: string) =>
    spawnSync(process.execPath, ['--import', REGISTER, '--eval', 'setTimeout(() => console.log("ran"), 1000)'], {
      env: { ...process.env, ALTIPLANO_PROFILE_DASHBOARD: port },
      encoding: 'utf8',
    });

  it('may be taken: that is told, and the program runs', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const { status, stdout, stderr } = run(String((taken.address() as AddressInfo).port));
    taken.close();
    expect([status, stdout]).toEqual([0, 'ran\n']);
    expect(stderr).toMatch(/^altiplano: no dashboard, .*EADDRINUSE/);
  });

  it('does not keep a program alive that is through', () => {
    expect(run('0')).toMatchObject({ status: 0, stdout: 'ran\n' });
  });

  it('is refused when it is none', () => {
    const { status, stdout, stderr } = run('http');
    expect([status, stdout]).toEqual([1, '']);
    expect(stderr).toContain('ALTIPLANO_PROFILE_DASHBOARD=http is no port');
  });
});
