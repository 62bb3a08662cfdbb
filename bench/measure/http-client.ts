import { Agent, get } from 'node:http';

export interface HttpClient {
  /** Asks once and reads the answer to its end. */
  ask(url: string, token: string): Promise<{ readonly status: number; readonly bytes: number }>;
  close(): void;
}

/** One connection, kept open. */
export function openHttpClient(): HttpClient {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  return {
    ask: (url, token) =>
      new Promise((resolve, reject) => {
        const request = get(url, { agent, headers: { authorization: `Bearer ${token}` } }, (response) => {
          let bytes = 0;
          response.on('data', (chunk: Buffer) => {
            bytes += chunk.length;
          });
          response.on('end', () => resolve({ status: response.statusCode ?? 0, bytes }));
          response.on('error', reject);
        });
        request.on('error', reject);
      }),
    close: () => agent.destroy(),
  };
}
