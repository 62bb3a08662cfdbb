import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test, vi } from 'vitest';
import { patchHttp } from '../../../src/profile/frameworks/http.ts';
import { recorderOf } from '../../../src/profile/frameworks/request.ts';
import { current, onRecording, record, setLevel, tellsItself } from '../../../src/profile/scope.ts';
import { state } from '../../../src/profile/state.ts';
import { useDesk } from '../../actions/desk-server.ts';

const { ask, tokenOf } = useDesk();
afterEach(() => vi.restoreAllMocks());

test('our own endpoints are profiled without AsyncLocalStorage: they say themselves whose they are', async () => {
  const run = vi.spyOn(state.storage, 'run');
  const token = await tokenOf(['tickets:read', 'profile:read']);
  const { json } = await ask('GET', '/tickets/?_profile=true', { token });
  const profile = (await ask('GET', json._profiling.profile_url, { token, office: '' })).json;
  const labels = profile.queries.map(({ label }: { label: string | null }) => label);
  expect(labels).toEqual(['credential', expect.stringContaining('tickets list')]);
  expect(profile.layers.map(({ name }: { name: string }) => name).slice(0, 3)).toEqual([
    'middleware',
    'queryset',
    'serializer',
  ]);
  expect(run).not.toHaveBeenCalled();
});

test('what an action runs is followed, and nothing once the last that was is over', async () => {
  const [run, disable] = [vi.spyOn(state.storage, 'run'), vi.spyOn(state.storage, 'disable')];
  const token = await tokenOf(['tickets:write', 'tickets:read', 'profile:read']);
  await ask('POST', '/tickets/open/?_profile=true', { token, body: { title: 'Followed', points: [] } });
  await vi.waitFor(() => expect([run.mock.calls.length, disable.mock.calls.length]).toEqual([1, 1]));
});

test('of recordings that overlap, each knows its own until its end', async () => {
  const disable = vi.spyOn(state.storage, 'disable');
  let go = (): void => {};
  const long = new Promise<void>((resolve) => {
    go = resolve;
  });
  const first = record('script', async () => {
    await long;
    return current()?.id;
  });
  await record('script', async () => 0);
  expect(disable).not.toHaveBeenCalled();
  go();
  const { value, recording } = await first;
  expect([value, disable.mock.calls.length]).toEqual([recording.id, 1]);
});

test('a server that tells by itself is not followed when the whole program is profiled', async () => {
  patchHttp();
  setLevel('counts');
  const paths: (string | undefined)[] = [];
  const stop = onRecording(({ request }) => paths.push(request?.path));
  const server = createServer((request, response) => {
    response.end(JSON.stringify([current() === null, recorderOf(request) !== null]));
  });
  tellsItself(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const run = vi.spyOn(state.storage, 'run');
  const reply = await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}/told`);
  expect(await reply.json()).toEqual([true, true]);
  await vi.waitFor(() => expect(paths).toEqual(['/told']));
  expect(run).not.toHaveBeenCalled();
  setLevel('off');
  stop();
  server.closeAllConnections();
  server.close();
});
