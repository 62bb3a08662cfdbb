import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Engine } from '../engine.ts';
import { Failure } from '../errors/failure.ts';
import type { ReadFoldFigures } from '../observe/fold-figures.ts';
import { type AdminAnswer, type AdminSources, answerAdmin } from '../profile/admin/answer.ts';
import { PlanAdvice } from '../profile/admin/plan-advice.ts';
import type { Profile } from '../profile/profile.ts';
import { splitTarget } from './address.ts';
import { viewerOf } from './profile-access.ts';
import type { Profiling } from './profiling.ts';

/** Where the JSON API of the dashboard lies. */
const BELOW = '/_altiplano/api/';

export interface AdminOptions {
  readonly engine: Engine;
  readonly profiling: Profiling;
  readonly folding: ReadFoldFigures;
  /** Without, nothing is served but a profile to whoever asked for it. */
  readonly dashboard: boolean;
}

/** What was profiled, as JSON; the frame around `answerAdmin`. */
export function mountAdmin(fastify: FastifyInstance, options: AdminOptions): void {
  const sources = sourcesOf(options);
  const path = options.dashboard ? '*' : 'requests/:id';
  fastify.get(`${BELOW}${path}`, async (request, reply) => {
    const viewer = await viewerOf(options.engine, request.headers);
    const [target, query] = splitTarget(request.raw.url ?? '');
    const answered = await answerAdmin(sources, {
      path: target.slice(BELOW.length),
      query: new URLSearchParams(query),
      viewer,
    });
    return sendAnswer(answered, request, reply);
  });
}

function sendAnswer(answered: AdminAnswer, { routeOptions }: FastifyRequest, reply: FastifyReply): FastifyReply {
  switch (answered.kind) {
    case 'found':
      return reply
        .headers({
          'content-type': 'application/json; charset=utf-8',
          'cache-control': 'no-store',
          vary: 'authorization',
        })
        .send(Buffer.from(JSON.stringify(answered.body)));
    case 'refused':
      throw new Failure('AUTH_PERMISSION', { values: { scope: answered.scope } });
    case 'wrong':
      throw new Failure('REQ_INVALID', { errors: { [answered.parameter]: [answered.message] } });
    case 'unknown':
      throw new Failure('REQ_NOT_FOUND', { cause: routeOptions.url });
  }
}

function sourcesOf({ engine, profiling, folding, dashboard }: AdminOptions): AdminSources {
  const { collector } = profiling;
  const find = (id: string) => engine.profiles.find(id);
  if (!dashboard) return { collector, find };
  return {
    collector,
    find,
    health: async () => ({ ...(await engine.health()), rollups: folding() }),
    explain: (profile: Profile, ordinal: number) => engine.explain(profile, ordinal),
    plans: new PlanAdvice((profile, ordinal) => engine.advise(profile, ordinal)),
  };
}
