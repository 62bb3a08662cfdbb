import { createSecureServer, createServer, type IncomingHttpHeaders, type ServerHttp2Stream } from 'node:http2';
import { type Method, type Methods, replace } from '../capture/patch.ts';
import type { Recorder } from '../recorder.ts';
import { state, swallow } from '../state.ts';
import { beginServed, keepIn } from './request.ts';

/**
 * Servers of HTTP/2. Node does not hand out their classes, so their prototypes are those of two that never listen. Of the compatible interface each
 * request is one as of HTTP/1; where a program takes streams only, each stream is.
 */
export function patchHttp2(onRequest: (original: Method) => Method): void {
  for (const server of [createServer(), createSecureServer({})]) {
    const methods = Object.getPrototypeOf(server) as Methods;
    replace(methods, 'emit', (original) => onRequest(withStreams(original)));
  }
}

interface Listens {
  listenerCount(event: string): number;
}

function withStreams(original: Method): Method {
  return function emit(this: Listens, event: unknown, ...given: unknown[]): unknown {
    if (event !== 'stream' || state.level === 'off' || this.listenerCount('request') > 0)
      return original.call(this, event, ...given);
    const recorder = begin(given[0] as ServerHttp2Stream, given[1] as IncomingHttpHeaders);
    if (recorder === null) return original.call(this, event, ...given);
    return recorder.run(() => original.call(this, event, ...given));
  };
}

function begin(stream: ServerHttp2Stream, headers: IncomingHttpHeaders): Recorder | null {
  try {
    const [method = 'GET', url = '/'] = [headers[':method'], headers[':path']];
    const underway = beginServed({
      ...{ request: stream, response: stream, method: String(method), url: String(url) },
      status: () => (stream.headersSent ? Number(stream.sentHeaders[':status'] ?? 200) : null),
    });
    if (underway === null) return null;
    keepIn(underway.recorder, stream);
    return underway.recorder;
  } catch (error) {
    swallow(error);
    return null;
  }
}
