import { Agent, request } from 'node:http';

export interface Question {
  readonly url: string;
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

export interface Heard {
  readonly status: number;
  readonly body: string;
}

export interface HttpConnection {
  /** Asks once and reads the answer to its end. */
  ask(question: Question): Promise<Heard>;
  close(): void;
}

/** One connection, kept open, for any method. */
export function openConnection(timeout = 60_000): HttpConnection {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const ask = ({ url, method = 'GET', headers = {}, body }: Question): Promise<Heard> =>
    new Promise((resolve, reject) => {
      const length = body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) };
      const sent = request(url, { agent, method, headers: { ...headers, ...length }, timeout }, (response) => {
        const parts: Buffer[] = [];
        response.on('data', (part: Buffer) => parts.push(part));
        response.on('end', () => resolve({ status: response.statusCode ?? 0, body: Buffer.concat(parts).toString() }));
        response.on('error', reject);
      });
      sent.on('timeout', () => sent.destroy(new Error(`no answer within ${timeout} ms`)));
      sent.on('error', reject);
      sent.end(body);
    });
  return { ask, close: () => agent.destroy() };
}
