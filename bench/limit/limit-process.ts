import type { App } from 'altiplano';
import { type Engine, startEngine } from 'altiplano/testing';
import type { PoolClient } from 'pg';
import { timeRepeatedly } from '../measure/samples.ts';
import type { Answer, Ask, Work } from './messages.ts';

/**
 * The limit: the server's own statements over the server's own kind of connections, and nothing else. No HTTP, no
 * parsing, no reply; a process of its own, as the server is one.
 */
const NO_APPS: readonly App[] = [];
let engine: Engine | undefined;
let clients: readonly PoolClient[] = [];

process.on('message', (ask: Ask) => {
  answer(ask).then(
    (samples) => process.send?.({ samples } satisfies Answer),
    (error: unknown) => process.send?.({ error: String(error) } satisfies Answer),
  );
});
process.on('disconnect', () => process.exit(0));

async function answer(ask: Ask): Promise<readonly number[]> {
  switch (ask.kind) {
    case 'open': {
      const { url, connections } = ask;
      for (const client of clients) client.release(true);
      await engine?.close();
      const opened = await startEngine({ url, apps: NO_APPS, pepper: 'none', poolSize: connections });
      engine = opened;
      clients = await Promise.all(Array.from({ length: connections }, () => opened.pool.connect()));
      return [];
    }
    case 'latency':
      return timeRepeatedly(ask.repetitions, () => perform(clients[0], ask.work));
    case 'throughput':
      return [await measureThroughput(ask.work, ask.milliseconds)];
  }
}

/** Statements a second, every connection busy all the time. */
async function measureThroughput(work: Work, milliseconds: number): Promise<number> {
  const begin = performance.now();
  let done = 0;
  const loop = async (client: PoolClient) => {
    while (performance.now() - begin < milliseconds) {
      await perform(client, work);
      done += 1;
    }
  };
  await Promise.all(clients.map(loop));
  return (done * 1000) / (performance.now() - begin);
}

async function perform(client: PoolClient | undefined, { statement, session, pipelined }: Work) {
  if (client === undefined) throw new Error('not open');
  const steps = [
    { text: 'begin read only' },
    {
      name: 'alt_session',
      text: "select set_config('altiplano.tenant', $1, true), set_config('altiplano.caller', $2, true)",
      values: [session.tenant, session.caller],
    },
    { name: statement.name, text: statement.text, values: [...statement.values] },
    { text: 'commit' },
  ];
  if (pipelined) await Promise.all(steps.map((step) => client.query(step)));
  else for (const step of steps) await client.query(step);
}
