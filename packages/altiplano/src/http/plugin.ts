import type { FastifyInstance } from 'fastify';
import type { Engine } from '../engine.ts';
import { mountAction } from './action-routes.ts';
import { BodyRoom } from './body-room.ts';
import { guard } from './guard.ts';
import { acceptJson } from './read-body.ts';
import { mountServices } from './service-routes.ts';
import { mountSignIn } from './sign-in-routes.ts';
import { mountWrites } from './write-routes.ts';

/**
 * Altiplano inside a Fastify application: `await fastify.register(altiplano, { engine })`. Hooks and the error handler
 * stay within the plugin, so the application's own routes answer as before.
 */
export async function altiplano(scope: FastifyInstance, options: { readonly engine: Engine }): Promise<void> {
  guard(scope);
  acceptJson(scope);
  const room = new BodyRoom();
  mountServices(scope, options.engine.services);
  for (const service of options.engine.services) mountWrites(scope, service, room);
  for (const service of options.engine.actions) mountAction(scope, service, room);
  for (const service of options.engine.signIns) mountSignIn(scope, service, room);
}
