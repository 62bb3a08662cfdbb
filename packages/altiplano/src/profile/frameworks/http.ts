import { type IncomingMessage, Server, type ServerResponse } from 'node:http';
import { Server as SecureServer } from 'node:https';
import { type Method, type Methods, replace } from '../capture/patch.ts';
import { state, swallow } from '../state.ts';
import { patchRoute, watchExpress } from './express.ts';
import { patchHttp2 } from './http2.ts';
import { isNestServer } from './nest.ts';
import { beginRequest, isOf, keepIn } from './request.ts';

/** Every request of every server of this process is a recording, whatever answers it. Upgrades and connects are left alone. */
export function patchHttp(): void {
  patchRoute();
  replace(Server.prototype as unknown as Methods, 'emit', profiledEmit);
  replace(SecureServer.prototype as unknown as Methods, 'emit', profiledEmit);
  patchHttp2(profiledEmit);
}

function profiledEmit(original: Method): Method {
  return function emit(this: object, event: unknown, ...given: unknown[]): unknown {
    if (event !== 'request' || state.level === 'off') return original.call(this, event, ...given);
    const recorder = begin(this, given[0] as IncomingMessage, given[1] as ServerResponse);
    if (recorder === null || state.telling.has(this)) return original.call(this, event, ...given);
    return recorder.run(() => original.call(this, event, ...given));
  };
}

function begin(server: object, request: IncomingMessage, response: ServerResponse) {
  try {
    const underway = beginRequest(request, response);
    if (underway === null) return null;
    if (state.telling.has(server)) return underway.recorder;
    keepIn(underway.recorder, request);
    if (isNestServer(server)) isOf(underway, 'nest');
    watchExpress(underway, request);
    return underway.recorder;
  } catch (error) {
    swallow(error);
    return null;
  }
}
