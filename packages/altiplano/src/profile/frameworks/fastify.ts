import { tracingChannel } from 'node:diagnostics_channel';
import { swallow } from '../state.ts';
import { handlerBegins, isOf, type ServedRequest, servedBy } from './request.ts';

interface Handling {
  readonly request: { readonly raw: unknown; readonly body?: unknown };
  readonly route?: { readonly url?: string };
}

/** Fastify 5 says by itself when a handler starts, when its promise is settled and when its reply is sent. */
export function listenToFastify(): void {
  tracingChannel<object, Handling>('fastify.request.handler').subscribe({
    start: told((underway, { route, request }) => {
      underway.body = () => request.body;
      isOf(underway, 'fastify');
      underway.route = route?.url ?? null;
      handlerBegins(underway);
    }),
    asyncStart: told(({ recorder }) => recorder.enters('serializer')),
    asyncEnd: told(({ recorder }) => recorder.enters(null)),
    end: () => {},
    error: () => {},
  });
}

function told(note: (underway: ServedRequest, handling: Handling) => void) {
  return (message: object): void => {
    try {
      const handling = message as Handling;
      const underway = servedBy(handling.request.raw);
      if (underway !== null) note(underway, handling);
    } catch (error) {
      swallow(error);
    }
  };
}
