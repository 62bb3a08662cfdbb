import { randomBytes, timingSafeEqual } from 'node:crypto';
import { EventEmitter, once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { currentLevel, ignore, onRecording } from '../scope.ts';
import { type AdminAnswer, answerAdmin } from './answer.ts';
import { Collector } from './collector.ts';
import { DEVELOPER } from './viewer.ts';

export interface OpenDashboard {
  /** To be opened in a browser; it holds the token. */
  readonly address: string;
  close(): Promise<void>;
}

const AT = '/_altiplano/';

/**
 * The dashboard of a program that is not ours: of this machine alone, on a port of its own, for whoever has the token that is made anew each time. It
 * does not keep the program alive.
 * @throws what listening throws, as of a port that is taken
 */
export async function serveDashboard({ port = 0 }: { readonly port?: number } = {}): Promise<OpenDashboard> {
  const token = randomBytes(18).toString('base64url');
  const collector = new Collector(currentLevel());
  const stop = onRecording((recording) => {
    if (recording.request !== null) collector.add(recording);
  });
  const server = createServer((request, response) => {
    ignore(() => answer(collector, token, request, response)).catch(() => send(response, 500, FAILED));
  });
  // What profiles the servers of a process hears of their requests by the prototype's.
  server.emit = EventEmitter.prototype.emit;
  server.unref();
  // Workers of a cluster would share a port, and only one of them has the token.
  server.listen({ port, host: '127.0.0.1', exclusive: true });
  try {
    await once(server, 'listening');
  } catch (error) {
    stop();
    throw error;
  }
  return {
    address: `http://127.0.0.1:${(server.address() as AddressInfo).port}${AT}#token=${token}`,
    async close() {
      stop();
      server.close();
      server.closeAllConnections();
    },
  };
}

interface Problem {
  readonly detail: string;
  readonly hint: string;
}
const FAILED: Problem = { detail: 'The dashboard failed.', hint: 'The program itself goes on.' };
const NO_TOKEN: Problem = { detail: 'Not its token.', hint: 'It stands in the address that was printed.' };
const NO_PLAN: Problem = {
  detail: 'Plans are not to be had from here.',
  hint: 'EXPLAIN the query and paste the plan under Plan.',
};
const NOWHERE: Problem = { detail: 'There is nothing here.', hint: `See ${AT}` };

async function answer(
  collector: Collector,
  token: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost');
  if (request.method !== 'GET') return send(response, 405, NOWHERE);
  if (!pathname.startsWith(AT)) {
    response.writeHead(308, { location: AT }).end();
    return;
  }
  const path = pathname.slice(AT.length);
  if (path.startsWith('api/')) {
    if (!isToken(token, request.headers.authorization)) return send(response, 401, NO_TOKEN);
    const call = { path: path.slice(4), query: searchParams, viewer: DEVELOPER };
    return send(response, ...toReply(await answerAdmin({ collector }, call)));
  }
  // Not before somebody looks: the program pays for nothing it does not use.
  const { answerPage } = await import('@altiplano/dashboard');
  const page = await answerPage(path, request.headers['if-none-match']);
  if (page === null) return send(response, 404, NOWHERE);
  response.writeHead(page.status, page.headers).end(page.body);
}

function isToken(token: string, authorization = ''): boolean {
  const [given, wanted] = [Buffer.from(authorization), Buffer.from(`Bearer ${token}`)];
  return given.length === wanted.length && timingSafeEqual(given, wanted);
}

function toReply(answered: AdminAnswer): readonly [status: number, body: unknown] {
  switch (answered.kind) {
    case 'found':
      return [200, answered.body];
    case 'refused':
      return [403, NO_PLAN];
    case 'wrong':
      return [400, { detail: `${answered.parameter}: ${answered.message}` }];
    case 'unknown':
      return [404, {}];
  }
}

function send(response: ServerResponse, status: number, body: unknown): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  response
    .writeHead(status, { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store' })
    .end(JSON.stringify(body));
}
