import { fork } from 'node:child_process';
import { bundle } from '../server/bundle.ts';
import { openConnection } from './http-connection.ts';

export interface HeapMeter {
  /** Bytes the heap has grown by when the answer is there, its garbage collected just before. */
  growth(target: string, token: string): Promise<number>;
  close(): void;
}

interface Message {
  readonly origin?: string;
  readonly heap?: number;
}

/** A server of its own that collects its garbage and weighs its heap when told to. */
export async function openHeapMeter(url: string, secret: string): Promise<HeapMeter> {
  const child = fork(await bundle('server/heap-callbot'), {
    execArgv: ['--expose-gc'],
    env: { ...process.env, DATABASE_URL: url, ALTIPLANO_SECRET: secret },
  });
  const heard = (): Promise<Message> =>
    new Promise((resolve, reject) => {
      const ended = (code: number | null) => reject(new Error(`the server ended (${code})`));
      child.once('exit', ended);
      child.once('message', (message: Message) => {
        child.off('exit', ended);
        resolve(message);
      });
    });
  const tell = async (word: 'collect' | 'read'): Promise<number> => {
    const answered = heard();
    child.send(word);
    return (await answered).heap ?? 0;
  };
  const { origin = '' } = await heard();
  const connection = openConnection();
  return {
    async growth(target, token) {
      const before = await tell('collect');
      await connection.ask({ url: origin + target, headers: { authorization: `Bearer ${token}` } });
      return (await tell('read')) - before;
    },
    close() {
      connection.close();
      child.disconnect();
    },
  };
}
