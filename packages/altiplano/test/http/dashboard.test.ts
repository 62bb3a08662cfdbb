import { describe, expect, test } from 'vitest';
import { useCallbotServer } from './callbot-server.ts';

const callbot = useCallbotServer();
const ask = async (path: string, init: RequestInit = {}) => {
  const { origin } = await open();
  return fetch(`${origin}${path}`, { redirect: 'manual', ...init });
};
let opened: Promise<{ readonly origin: string }> | null = null;
const open = () => {
  opened ??= callbot.start({ dashboard: true });
  return opened;
};

describe('the page at /_altiplano/', () => {
  test('is not there unless it is allowed', async () => {
    for (const path of ['/_altiplano', '/_altiplano/', '/_altiplano/dashboard.js']) {
      expect((await callbot.get(path)).status, path).toBe(404);
    }
  });

  test('is itself and two files, which name no other host and allow none', async () => {
    const reply = await ask('/_altiplano/');
    expect(reply.status).toBe(200);
    expect(reply.headers.get('content-type')).toBe('text/html; charset=utf-8');
    const policy = reply.headers.get('content-security-policy');
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("require-trusted-types-for 'script'");
    expect(policy).not.toMatch(/unsafe|https?:|\*/);
    const page = await reply.text();
    const files = [...page.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, file = '']) => file);
    expect(files.filter((file) => file !== 'data:,').sort()).toEqual(['dashboard.css', 'dashboard.js']);
    for (const [file, type] of [
      ['dashboard.js', 'text/javascript'],
      ['dashboard.css', 'text/css'],
    ] as const) {
      const part = await ask(`/_altiplano/${file}`);
      expect(part.headers.get('content-type')).toBe(`${type}; charset=utf-8`);
      expect(part.headers.get('x-content-type-options')).toBe('nosniff');
      // Names of the SVG and XHTML namespaces are no addresses.
      const addresses = (await part.text()).replaceAll(/http:\/\/www\.w3\.org\/[\w/]+/g, '').match(/https?:\/\/\S+/g);
      expect(addresses).toBeNull();
    }
  });

  test('holds nothing that only some may see, and is asked for again each time', async () => {
    const first = await ask('/_altiplano/dashboard.js');
    expect(first.headers.get('cache-control')).toBe('no-cache');
    const again = await ask('/_altiplano/dashboard.js', {
      headers: { 'if-none-match': first.headers.get('etag') ?? '' },
    });
    expect(again.status).toBe(304);
    expect(await again.text()).toBe('');
  });

  test('without the slash leads to the one with it', async () => {
    const reply = await ask('/_altiplano');
    expect([reply.status, reply.headers.get('location')]).toEqual([308, '/_altiplano/']);
  });
});
