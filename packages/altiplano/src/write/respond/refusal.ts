import { Failure } from '../../errors/failure.ts';
import { listName } from '../parse/body.ts';
import { Problems } from '../parse/problems.ts';
import type { WritePlan } from '../plan/plan.ts';
import type { Problem } from './rows.ts';

/**
 * What the database found wrong, as one refusal; null when nothing was. What is wrong with the body comes first, then what
 * is not there, then what has changed. In a bulk request a row that is not there is a wrong item: the answer names it.
 */
export function refusalOf(plan: WritePlan, found: readonly Problem[]): Failure | null {
  const { bulk, own } = plan;
  const barred = found.some(({ problem }) => problem === 'foreign') && own?.values.length === 0;
  if (barred) return new Failure('AUTH_SCOPE', { values: { column: own?.column ?? '' } });
  const denied = new Problems();
  for (const { position, member, problem } of found) {
    if (problem === 'denied') denied.add(placeOf(plan, position, member), 'Your role may not write this.');
  }
  if (!denied.none) return denied.toFailure('AUTH_ROW');
  const problems = new Problems();
  for (const { position, member, problem } of found) {
    const message = messageOf(problem, bulk);
    if (message !== null) problems.add(placeOf(plan, position, member), message);
  }
  if (!problems.none) return problems.toFailure();
  if (found.some(({ problem }) => problem === 'missing')) return new Failure('REQ_NOT_FOUND');
  return found.length > 0 ? new Failure('REQ_PRECONDITION') : null;
}

/** A made-up id and another tenant's get the same answer. */
function messageOf(problem: Problem['problem'], bulk: boolean): string | null {
  switch (problem) {
    case 'unknown':
      return 'Not found.';
    case 'foreign':
      return 'Must be your own, or left out.';
    case 'missing':
      return bulk ? 'Not found.' : null;
    case 'stale':
    case 'denied':
      return null;
  }
}

export function placeOf({ action, bulk }: WritePlan, position: number, member: string): string {
  if (!bulk) return member;
  const list = listName(action);
  return list === 'ids' ? `ids.${position}` : `items.${position}.${member}`;
}
