import type { FastifyInstance } from 'fastify';
import type { Engine } from '../engine.ts';
import { BodyRoom } from './body-room.ts';
import { guard } from './guard.ts';
import { acceptJson } from './read-body.ts';
import { mountService } from './service-routes.ts';
import { mountWrites } from './write-routes.ts';

/**
 * Altiplano inside a Fastify application: `await fastify.register(altiplano, { engine })`. Hooks and the error handler
 * stay within the plugin, so the application's own routes answer as before.
 */
export async function altiplano(scope: FastifyInstance, options: { readonly engine: Engine }): Promise<void> {
  guard(scope);
  acceptJson(scope);
  const room = new BodyRoom();
  for (const service of options.engine.services) {
    mountService(scope, service);
    mountWrites(scope, service, room);
  }
}
