import type { FastifyInstance } from 'fastify';
import type { Engine } from '../engine.ts';
import { mountAction } from './action-routes.ts';
import { BodyRoom } from './body-room.ts';
import { guard } from './guard.ts';
import { Profiling, type ProfilingOptions } from './profiling.ts';
import { acceptJson } from './read-body.ts';
import { mountServices } from './service-routes.ts';
import { mountSignIn } from './sign-in-routes.ts';
import { mountWrites } from './write-routes.ts';

export interface AltiplanoOptions {
  readonly engine: Engine;
  /** Where the time of requests is noted; without, only for whoever asks with `_profile=true`. */
  readonly profiling?: Profiling;
}

/** Profiles of requests to an engine's endpoints. */
export function profilingOf(
  engine: Engine,
  options: ProfilingOptions = { level: 'off', parameters: false },
): Profiling {
  const appOf = (schema: string) => engine.apps.find((app) => app.schema === schema)?.name ?? null;
  return new Profiling(options, engine.profiles.keep, appOf);
}

/**
 * Altiplano inside a Fastify application: `await fastify.register(altiplano, { engine })`. Hooks and the error handler
 * stay within the plugin, so the application's own routes answer as before.
 */
export async function altiplano(scope: FastifyInstance, { engine, ...options }: AltiplanoOptions): Promise<void> {
  const profiling = options.profiling ?? profilingOf(engine);
  guard(scope);
  scope.addHook('onRequest', (request, reply, done) => profiling.begin(request, reply, done));
  acceptJson(scope);
  const room = new BodyRoom();
  mountServices(scope, engine.services, profiling);
  for (const service of engine.services) mountWrites(scope, service, room, profiling);
  for (const service of engine.actions) mountAction(scope, service, room, profiling);
  for (const service of engine.signIns) mountSignIn(scope, service, room);
}
