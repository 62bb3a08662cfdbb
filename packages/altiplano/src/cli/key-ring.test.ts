import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { readKeyRing, readSigningKeys } from './key-ring.ts';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'altiplano-keys-'));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const key = (byte: number) => Buffer.alloc(32, byte).toString('base64');

describe.each([
  ['ALTIPLANO_ENCRYPTION_KEYS', 'encryption-keys', readKeyRing],
  ['ALTIPLANO_SIGNING_KEYS', 'signing-keys', readSigningKeys],
] as const)('%s', (variable, file, read) => {
  test('is the environment’s; the first is the current one', () => {
    const { current, keys } = read(directory, { [variable]: `new:${key(1)},old:${key(2)}` });
    expect([current.id, [...keys.keys()]]).toEqual(['new', ['new', 'old']]);
  });

  test('is otherwise made once, readable by its owner only', () => {
    const { current } = read(directory, { [variable]: '' });
    expect(read(directory, {}).current.secret).toEqual(current.secret);
    expect(statSync(join(directory, file)).mode & 0o777).toBe(0o600);
  });

  test.each(['new', `new:${key(1)},new:${key(2)}`, 'new:c2hvcnQ=', `N!:${key(1)}`])(
    '%s is none, and is not quoted',
    (text) => {
      let problem: unknown;
      try {
        read(directory, { [variable]: text });
      } catch (error) {
        problem = error;
      }
      expect(problem).toMatchObject({ code: 'CLI_USAGE', message: expect.stringContaining(variable) });
      expect(String(problem)).not.toContain(key(1));
    },
  );
});
