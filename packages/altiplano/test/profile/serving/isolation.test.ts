import { describe, expect, test } from 'vitest';
import { answerAdmin } from '../../../src/profile/admin/answer.ts';
import { Collector } from '../../../src/profile/admin/collector.ts';
import type { Owner, Viewer } from '../../../src/profile/admin/viewer.ts';
import { diagnose } from '../../../src/profile/diagnose/diagnose.ts';
import type { Finding } from '../../../src/profile/finding.ts';
import { queryOf, recordingOf } from '../recordings.ts';

/** Everybody differs from the first in one thing; a user may have the same id in two apps. */
const OWNERS = {
  first: { app: 'shop', tenant: 'one', user: 'u1' },
  tenant: { app: 'shop', tenant: 'two', user: 'u1' },
  user: { app: 'shop', tenant: 'one', user: 'u2' },
  app: { app: 'field', tenant: 'one', user: 'u1' },
  nobody: { app: 'shop', tenant: null, user: null },
} as const satisfies Record<string, Owner>;
type Name = keyof typeof OWNERS;
const NAMES = Object.keys(OWNERS) as Name[];

/** Whatever a profile holds has the name of its owner in it, so that one word elsewhere gives it away. */
function collected(): Collector {
  const finding = (name: Name): Finding => ({
    ...{ rule: 'slow-query', level: 'warning', title: `secret-${name}`, detail: '', certainty: 'proved' },
    ...{ evidence: [], remedy: { text: '', sql: null }, key: `key-${name}` },
  });
  let name: Name = 'nobody';
  const collector = new Collector('timings', () => [finding(name)]);
  for (name of NAMES) {
    const recording = recordingOf({
      id: `profile-of-secret-${name}`,
      startedAt: Date.now(),
      request: {
        ...{ framework: 'altiplano', method: 'GET', status: 200 },
        ...{ path: `/secret-${name}`, route: `/secret-${name}` },
      },
      queries: [queryOf(0, 10, { driver: 'altiplano', text: `select * from "secret-${name}"` })],
    });
    collector.keepNow(recording, OWNERS[name]);
  }
  return collector;
}

const collector = collected();
const PATHS = ['requests', 'shapes', 'routes', 'recommendations', 'health'];
const ask = (path: string, viewer: Viewer) =>
  answerAdmin(
    { collector, explain: async ({ id }) => ({ plan: id }) },
    { path, viewer, query: new URLSearchParams('limit=1000') },
  );
const reader = (name: Name, more: Partial<Viewer> = {}): Viewer => ({
  ...OWNERS[name],
  ...{ everything: false, explains: true },
  ...more,
});
const seenIn = (answer: unknown): readonly string[] =>
  [...new Set([...JSON.stringify(answer).matchAll(/secret-(\w+)/g)].map(([, name]) => name ?? ''))].sort();

describe('a reader', () => {
  test.each(NAMES.filter((name) => name !== 'nobody'))(
    '%s is told of own requests only, wherever one looks',
    async (name) => {
      for (const path of PATHS.slice(0, -1))
        expect([path, seenIn(await ask(path, reader(name)))]).toEqual([path, [name]]);
      expect(seenIn(await ask('health', reader(name)))).toEqual([]);
      for (const other of NAMES) {
        const paths = [`requests/profile-of-secret-${other}`, `requests/profile-of-secret-${other}/queries/0/plan`];
        for (const path of paths)
          expect([path, (await ask(path, reader(name))).kind]).toEqual([path, other === name ? 'found' : 'unknown']);
      }
    },
  );

  test('who may enter several tenants is told of all own requests, and still of nobody else’s', async () => {
    for (const path of PATHS.slice(0, -1))
      expect(seenIn(await ask(path, reader('first', { tenant: null })))).toEqual(['first', 'tenant']);
  });

  test('who is nobody is told of nothing, not even of requests of nobody', async () => {
    for (const path of PATHS.slice(0, -1)) {
      expect(seenIn(await ask(path, reader('nobody')))).toEqual([]);
      expect(seenIn(await ask(path, reader('nobody', { user: '' })))).toEqual([]);
    }
  });

  test('who operates the server is told of everything', async () => {
    for (const path of PATHS.slice(0, -1))
      expect(seenIn(await ask(path, reader('user', { everything: true })))).toEqual([...NAMES].sort());
  });
});

test('a profile from a store is somebody’s as well, and half a statement is not explained', async () => {
  const long = `select '${'x'.repeat(40_000)}'`;
  const recording = recordingOf({
    id: 'kept-elsewhere',
    queries: [queryOf(0, 1, { driver: 'altiplano', text: long })],
  });
  const kept = diagnose(recording, OWNERS.first);
  const find = async () => kept;
  const from = (path: string, viewer: Viewer) =>
    answerAdmin({ collector, find, explain: async () => 'plan' }, { path, viewer, query: new URLSearchParams() });
  expect((await from('requests/kept-elsewhere', reader('first'))).kind).toBe('found');
  for (const name of ['tenant', 'user', 'app', 'nobody'] as const)
    expect((await from('requests/kept-elsewhere', reader(name))).kind).toBe('unknown');
  expect((await from('requests/kept-elsewhere/queries/0/plan', reader('first'))).kind).toBe('unknown');
});

test('values written into a text are shown only where parameters were asked for', () => {
  const text = "select * from users where email = 'anna@example.org' and id in (1, 2)";
  const shown = (more: Parameters<typeof queryOf>[2]) =>
    diagnose(recordingOf({ queries: [queryOf(0, 1, { text, ...more })] })).queries[0]?.text;
  expect(shown({ driver: 'pg' })).not.toContain('anna');
  expect(shown({ driver: 'pg', parameters: [] })).toBe(text);
  expect(shown({ driver: 'altiplano' })).toBe(text);
  expect(shown({ driver: 'pg', text: 'select 1 where a = $1' })).toBe('select 1 where a = $1');
});
