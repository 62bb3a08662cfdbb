import { Counter, type Registry } from 'prom-client';
import type { Observe } from '../observe/observation.ts';

/** What somebody should be told of: passwords that are guessed, and refresh tokens that two hold. */
export function countSignIns(registry: Registry): Observe {
  const registers = [registry];
  const refused = new Counter({
    name: 'altiplano_logins_refused_total',
    help: 'Logins that let nobody in: wrong credentials, too many attempts, or too many passwords at once.',
    labelNames: ['app', 'reason'],
    registers,
  });
  const replayed = new Counter({
    name: 'altiplano_refresh_tokens_replayed_total',
    help: 'Refresh tokens that were sent for the second time, each of which ended a session.',
    labelNames: ['app'],
    registers,
  });
  return (observation) => {
    if (observation.kind === 'login.refused') refused.inc({ app: observation.app, reason: observation.reason });
    if (observation.kind === 'session.replayed') replayed.inc({ app: observation.app });
  };
}
