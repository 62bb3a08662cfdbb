import { type HttpConnection, openConnection } from './http-connection.ts';

export interface Loop {
  readonly connections: number;
  readonly seconds: number;
  /** One piece of work over one connection; its name when different ones are to be told apart. */
  readonly work: (connection: HttpConnection, turn: number) => Promise<string>;
}

export interface Looped {
  /** Milliseconds of every answer, by the name of its work. */
  readonly samples: ReadonlyMap<string, readonly number[]>;
  readonly perSecond: number;
}

/** Connections that ask without pause; unlike a load generator's histogram, every single answer is timed. */
export async function closedLoop({ connections, seconds, work }: Loop): Promise<Looped> {
  const samples = new Map<string, number[]>();
  const open = Array.from({ length: connections }, () => openConnection());
  let turn = 0;
  for (const connection of open) await work(connection, turn++);
  const begin = performance.now();
  const loop = async (connection: HttpConnection) => {
    while (performance.now() - begin < seconds * 1000) {
      const started = performance.now();
      const name = await work(connection, turn++);
      const times = samples.get(name) ?? [];
      times.push(performance.now() - started);
      samples.set(name, times);
    }
  };
  await Promise.all(open.map(loop));
  const elapsed = (performance.now() - begin) / 1000;
  for (const connection of open) connection.close();
  const all = [...samples.values()].reduce((sum, times) => sum + times.length, 0);
  return { samples, perSecond: all / elapsed };
}
