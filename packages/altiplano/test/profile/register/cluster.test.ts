import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { expect, it, vi } from 'vitest';
import { useApp } from './run-app.ts';

async function freePort(): Promise<string> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return String(port);
}

const PORT = await freePort();
const app = useApp('cluster.mjs', {
  ...{ ALTIPLANO_PROFILE_DASHBOARD: await freePort(), ALTIPLANO_PROFILE_OUT: '', PORT },
});

it('the dashboard of a cluster is one worker’s own, and its first process has none', async () => {
  const tokens = () => [...app().said.stderr.matchAll(/http:\S+#token=(\S+)/g)].map(([at, token]) => ({ at, token }));
  const ask = ({ at, token }: ReturnType<typeof tokens>[number]) =>
    fetch(new URL('/_altiplano/api/requests', at), { headers: { authorization: `Bearer ${token}` } });
  await vi.waitFor(
    async () => {
      // New connections each: to a port that workers share, they come to each in turn.
      for (let time = 0; time < 8; time += 1) {
        await (await fetch(app().origin, { headers: { connection: 'close' } })).text();
      }
      const last = tokens().at(-1);
      if (last === undefined) throw new Error('nobody says where it is');
      for (let time = 0; time < 4; time += 1) {
        const answer = await ask(last);
        expect(answer.status).toBe(200);
        expect(((await answer.json()) as { readonly requests: unknown[] }).requests.length).toBeGreaterThan(0);
      }
    },
    { timeout: 20_000, interval: 200 },
  );
});
