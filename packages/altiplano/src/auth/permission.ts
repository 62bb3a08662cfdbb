import { Failure } from '../errors/failure.ts';
import type { Caller } from '../plan/plan.ts';

/** Why the caller may not do what needs this scope; null when it may. It stands only for a credential that still holds. */
export function lacksScope({ scopes }: Caller, needed: string | null | undefined): Failure | null {
  if (needed == null || scopes === undefined || scopes.includes(needed)) return null;
  return new Failure('AUTH_PERMISSION', { values: { scope: needed } });
}
