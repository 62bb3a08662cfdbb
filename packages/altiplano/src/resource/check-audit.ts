import { Failure } from '../errors/failure.ts';
import type { App } from './app.ts';
import { SYSTEM_ACTOR } from './audit.ts';
import { idType, KEY_ROLE } from './identity.ts';

/**
 * What an app and its trail must be for each other: otherwise no write would get past the trail, or none would be told.
 * @throws DECL_INVALID
 */
export function checkAudit({ audit, identity }: Pick<App, 'audit' | 'identity'>): void {
  if (audit === undefined) return;
  const { log, actors, actorId, tables } = audit;
  const { kind = 'user', keys } = identity;
  const callers = [
    [kind, idType(identity)] as const,
    ...(keys === undefined ? [] : [[KEY_ROLE, idType(keys)] as const]),
  ];
  for (const [caller, id] of callers) {
    if (!actors.includes(caller))
      refuse(log, `knows no actor '${caller}', which is what the app's callers are`, `Name it: actors: ['${caller}'].`);
    if (id !== actorId) refuse(log, `keeps the actors' ids as ${actorId}, which are ${id}`, `Say actorId: '${id}'.`);
  }
  if (actors.includes(SYSTEM_ACTOR))
    refuse(log, `calls an actor ${SYSTEM_ACTOR}`, 'Leave it out: it stands for whoever says nothing of himself.');
  if (Object.hasOwn(tables, log))
    refuse(log, 'leaves a trail of itself', 'Leave it out of `tables`: its rows never change.');
}

function refuse(resource: string, problem: string, remedy: string): never {
  throw new Failure('DECL_INVALID', { values: { resource, problem, remedy } });
}
