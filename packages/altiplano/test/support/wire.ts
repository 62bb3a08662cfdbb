import { connect, createServer, type Socket } from 'node:net';
import { readMessages, readStrings } from './wire-messages.ts';

export interface WireCounts {
  /** All but BEGIN, COMMIT and the tenant setting. */
  readonly statements: number;
  /** How often the client sent something after it had every answer so far. */
  readonly roundTrips: number;
}

export interface Wire {
  /** The database's URL through here. */
  readonly url: string;
  /** What went by since the last time. */
  take(): WireCounts;
  close(): Promise<void>;
}

const UNCOUNTED = /^\s*(begin|commit|rollback|select set_config\('altiplano\.)/i;

/**
 * A proxy between clients and the database that counts, and makes each answer later by so many milliseconds. Some delay
 * is what makes the count of round trips certain: a pipelining client has sent all before the first answer is there.
 */
export async function openWire(target: string, delay: number): Promise<Wire> {
  const { hostname, port } = new URL(target);
  const counts = { statements: 0, roundTrips: 0 };
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    const database = connect(Number(port || 5432), hostname);
    for (const socket of [client, database]) {
      socket.setNoDelay(true);
      sockets.add(socket);
      socket.on('error', () => socket.destroy());
      socket.on('close', () => sockets.delete(socket));
    }
    relay(client, database, delay, counts);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = new URL(target);
  const address = server.address();
  url.host = `127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
  return {
    url: url.href,
    take: () => {
      const taken = { ...counts };
      Object.assign(counts, { statements: 0, roundTrips: 0 });
      return taken;
    },
    close: () => {
      for (const socket of sockets) socket.destroy();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

function relay(client: Socket, database: Socket, delay: number, counts: { statements: number; roundTrips: number }) {
  const texts = new Map<string, string>();
  /** Requests the client has no ReadyForQuery for yet. */
  let unanswered = 0;
  const count = (text: string) => {
    if (!UNCOUNTED.test(text)) counts.statements += 1;
  };
  const asked = readMessages('client', (type, body) => {
    const [first = '', second = ''] = readStrings(body, 2);
    if (type === 'P') texts.set(first, second);
    if (type === 'B') count(texts.get(second) ?? '');
    if (type === 'Q') count(first);
    if (type === 'Q' || type === 'S') unanswered += 1;
  });
  const answered = readMessages('server', (type) => {
    if (type === 'Z') unanswered = Math.max(0, unanswered - 1);
  });
  client.on('data', (chunk: Buffer) => {
    if (unanswered === 0) counts.roundTrips += 1;
    asked(chunk);
    database.write(chunk);
  });
  const later = (work: () => void) => (delay === 0 ? work() : void setTimeout(work, delay));
  database.on('data', (chunk: Buffer) => {
    later(() => {
      answered(chunk);
      client.write(chunk);
    });
  });
  client.on('end', () => database.end());
  database.on('end', () => later(() => client.end()));
}
