import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { readPepper } from './pepper.ts';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'altiplano-pepper-'));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

describe('the pepper', () => {
  test('is the one of the environment', () => {
    expect(readPepper(directory, { ALTIPLANO_SECRET: 'given' })).toBe('given');
    expect(readdirSync(directory)).toEqual([]);
  });

  test('is otherwise made once, readable by its owner only', () => {
    const home = join(directory, 'not', 'there');
    const pepper = readPepper(home, { ALTIPLANO_SECRET: '' });
    expect(pepper).toMatch(/^[\w-]{43}$/);
    expect(readPepper(home, {})).toBe(pepper);
    expect(statSync(join(home, 'secret')).mode & 0o777).toBe(0o600);
  });

  test('is one, whoever made it first', async () => {
    const module = fileURLToPath(new URL('pepper.ts', import.meta.url));
    const script = `import(${JSON.stringify(module)}).then(({ readPepper }) => console.log(readPepper(${JSON.stringify(directory)}, {})))`;
    const children = Array.from({ length: 4 }, () =>
      promisify(execFile)(process.execPath, ['--import', 'tsx', '-e', script]),
    );
    const peppers = (await Promise.all(children)).map(({ stdout }) => stdout.trim());
    expect(new Set(peppers).size).toBe(1);
    expect(peppers[0]).toMatch(/^[\w-]{43}$/);
  });

  test('that is empty is none: every digest would be made with no key', () => {
    writeFileSync(join(directory, 'secret'), '');
    expect(() => readPepper(directory, {})).toThrow(/secret/);
  });
});
