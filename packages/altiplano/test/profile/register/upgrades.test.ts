import { once } from 'node:events';
import { connect } from 'node:net';
import { expect, it } from 'vitest';
import { useApp } from './run-app.ts';

const app = useApp('upgrades.mjs');

it('an upgrade is no request: it works, nothing of it is noted, and the request before it on its connection is whole', async () => {
  const socket = connect(Number(new URL(app().origin).port), 'localhost');
  let heard = '';
  socket.on('data', (chunk) => {
    heard += chunk;
  });
  const hear = async (what: string) => {
    while (!heard.includes(what)) await once(socket, 'data');
  };
  socket.write('GET /before HTTP/1.1\r\nHost: localhost\r\n\r\n');
  await hear('answered');
  socket.write('GET /socket HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n');
  await hear('101 Switching Protocols');
  for (const message of ['one', 'two', 'three']) {
    socket.write(message);
    await hear(message);
  }
  socket.destroy();
  expect(await (await fetch(`${app().origin}/after`)).text()).toBe('answered');
  const recordings = await app().recordings(2);
  expect(recordings.map(({ request, queries }) => [request?.path, queries.map(({ text }) => text)])).toEqual([
    ['/before', ['select 1 as asked']],
    ['/after', ['select 1 as asked']],
  ]);
  expect(app().said.stderr).toBe('');
});
