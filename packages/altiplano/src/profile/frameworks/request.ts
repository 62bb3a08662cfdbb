import type { EventEmitter } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { TIMINGS } from '../level.ts';
import type { Recorder } from '../recorder.ts';
import type { RequestFacts } from '../recording.ts';
import { startRecording } from '../scope.ts';
import { state, swallow } from '../state.ts';
import { routeWithOperation } from './operation.ts';
import { pathOfUrl, routeOfPath } from './route-of-path.ts';

/** A request under way, as those see it who know its framework. */
export interface ServedRequest {
  readonly recorder: Recorder;
  framework: RequestFacts['framework'];
  /** As the framework names it; null where none has said. */
  route: string | null;
  /** Asked at the end, when the framework has said all it will. */
  routeAtEnd: (() => string | null) | null;
  /** The body, where the program has parsed it. */
  body: () => unknown;
}

/** What goes before the handler. */
const MIDDLEWARE = 'middleware';

/** By node's request or response. */
export function servedBy(message: unknown): ServedRequest | null {
  return typeof message === 'object' && message !== null ? (state.served.get(message) ?? null) : null;
}

/** What notes this request of node's, if anything does. */
export function recorderOf(request: object): Recorder | null {
  return state.active === 0 ? null : (state.served.get(request)?.recorder ?? null);
}

/** What is served, of whichever protocol. */
export interface Served {
  readonly request: EventEmitter;
  /** Finished when all of it is sent, closed when nothing more will be. */
  readonly response: EventEmitter;
  readonly method: string;
  readonly url: string;
  /** Null where nothing was answered. */
  readonly status: () => number | null;
}

export function beginRequest(request: IncomingMessage, response: ServerResponse): ServedRequest | null {
  return beginServed({
    ...{ request, response, method: request.method ?? 'GET', url: request.url ?? '/' },
    status: () => (response.headersSent ? response.statusCode : null),
  });
}

/** A request is a recording from here until its response is closed: sent, or given up. */
export function beginServed({ request, response, method, url, status }: Served): ServedRequest | null {
  // A server that hands a request on to another one emits it twice.
  if (state.served.has(request)) return null;
  const recorder = startRecording('request', { level: state.level });
  const body = () => (request as { readonly body?: unknown }).body;
  const underway: ServedRequest = { recorder, framework: 'http', route: null, routeAtEnd: null, body };
  state.served.set(request, underway);
  state.served.set(response, underway);
  // A router changes the url as it goes down.
  const path = pathOfUrl(url);
  if (recorder.rank >= TIMINGS) {
    recorder.enters(MIDDLEWARE);
    response.once('finish', () => {
      if (recorder.phase?.name !== MIDDLEWARE) recorder.enters(null);
    });
  }
  response.once('close', () => finish(underway, { method, url, path, status }));
  return underway;
}

/** A body arrives in the context of its socket, and with it what an old body parser calls when it is there. */
export function keepIn(recorder: Recorder, request: EventEmitter): void {
  const { emit } = request;
  request.emit = function kept(this: EventEmitter, ...given: Parameters<typeof emit>) {
    return recorder.isHere() ? emit.apply(this, given) : recorder.run(() => emit.apply(this, given));
  } as typeof emit;
}

interface Closed extends Pick<Served, 'method' | 'url' | 'status'> {
  readonly path: string;
}

function finish(underway: ServedRequest, { method, url, path, status }: Closed): void {
  const { recorder } = underway;
  try {
    const named = underway.route ?? underway.routeAtEnd?.() ?? routeOfPath(path);
    const route = routeWithOperation(named, url, underway.body());
    // Where no handler began nothing can be told from it; but what Express refuses or does not find is all middleware.
    if (recorder.phase?.name === MIDDLEWARE && underway.framework !== 'express') recorder.forgets(MIDDLEWARE);
    recorder.end();
    recorder.request = { framework: underway.framework, method, path, route, status: status() };
    if (state.listeners.size === 0) {
      recorder.release();
      return;
    }
    // Put together when the answer is out of the house.
    setImmediate(() => {
      try {
        recorder.finish();
      } catch (error) {
        swallow(error);
      }
    });
  } catch (error) {
    swallow(error);
  }
}

/** Told by the outermost: Nest before what it is built on. */
export function isOf(underway: ServedRequest, framework: RequestFacts['framework']): void {
  if (underway.framework === 'http') underway.framework = framework;
}

/** The handler begins: what came before was middleware. */
export function handlerBegins(underway: ServedRequest): void {
  if (underway.recorder.phase?.name === MIDDLEWARE) underway.recorder.enters(null);
}
