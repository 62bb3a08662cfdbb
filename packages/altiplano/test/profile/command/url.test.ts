import { expect, test } from 'vitest';
import { LIST, useProfiled } from '../../../../../apps/callbot/test/profile/use-profiled.ts';
import type { Profile } from '../../../src/profile/profile.ts';
import { runCommand } from '../../cli/run-command.ts';

const server = useProfiled();
const ask = (as: string, ...more: readonly string[]) =>
  runCommand(['profile', server.origin() + LIST, ...more], { ALTIPLANO_TOKEN: server.token(as) });

test('a URL of ours is told with its layers and statements', async () => {
  const { code, stdout, stderr } = await ask('reader');
  expect([code, stderr]).toEqual([0, '']);
  expect(stdout).toMatch(/^GET \/api\/v1\/customers\/\?workspace_id: 200, [\d.]+ ms, [12] statements/);
  expect(stdout).toMatch(/^queryset +[\d.]+ +[\d.]+ +[\d.]+ +\d$/m);
  expect(stdout).toContain('bottleneck ');
  expect(stdout.trimEnd().endsWith('nothing found')).toBe(true);
});

test('as JSON it is the profile', async () => {
  const { stdout } = await ask('reader', '--json');
  const profile = JSON.parse(stdout) as Profile;
  expect(profile).toMatchObject({
    kind: 'request',
    app: 'callbot',
    request: { status: 200, route: '/api/v1/customers/' },
  });
});

test('who may not know is told what it takes, not what there is', async () => {
  const { code, stdout, stderr } = await ask('plain');
  expect([code, stdout]).toEqual([1, '']);
  expect(stderr).toContain('answered with 200 and no profile');
  expect(stderr).toContain('profile:read');
});
