import { spawnSync } from 'node:child_process';
import { describe, expect, it, vi } from 'vitest';
import { REGISTER, useApp } from './run-app.ts';

describe.each([
  ['stacks', 'n-plus-one', 'express.cjs:'],
  ['timings', 'n-plus-one', ''],
  ['counts', '8 times select $1::int as owner', ''],
])('registered alone, at %s', (level, told, place) => {
  const app = useApp('express.cjs', { ALTIPLANO_PROFILE: level, ALTIPLANO_PROFILE_OUT: '' });

  it('says what it found in a request, and nothing of others', async () => {
    const { origin, said } = app();
    await (await fetch(`${origin}/houses/12/people/7?pets=1`)).text();
    await (await fetch(`${origin}/houses/12/people/7?pets=8`)).text();
    await vi.waitFor(() => expect(said.stderr).toContain('\n'), { timeout: 10_000 });
    const lines = said.stderr.trim().split('\n');
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(/^altiplano: GET \/houses\/:id\/people\/:id 200, 10 statements, \d+ ms: /);
    expect(lines[0]).toContain(told);
    expect(lines[0]).toContain(place);
  });
});

describe('the level that the environment says', () => {
  const run = (level: string) =>
    spawnSync(process.execPath, ['--import', REGISTER, '--eval', 'console.log("ran")'], {
      env: { ...process.env, ALTIPLANO_PROFILE: level },
      encoding: 'utf8',
    });

  it('is refused before the program runs when it is none', () => {
    const { status, stdout, stderr } = run('timing');
    expect([status, stdout]).toEqual([1, '']);
    expect(stderr).toContain('ALTIPLANO_PROFILE=timing is no level of profiling: it is one of off, counts, timings');
  });

  it('may be off', () => {
    expect(run('off')).toMatchObject({ status: 0, stdout: 'ran\n', stderr: '' });
  });
});
