import { Failure } from '../errors/failure.ts';
import { Refused } from '../errors/refuse.ts';
import type { Action } from '../resource/action.ts';

/** `WORKBOARD_KEY_REVOKED`: no two apps have the same. */
export const ownCode = (app: string, code: string): string => `${app}_${code}`.toUpperCase();

/** What a handler threw, as it is answered. What nobody foresaw says nothing of itself. */
export function refusalOf(error: unknown, app: string, { refusals }: Action): unknown {
  if (!(error instanceof Refused)) return error;
  const { code, values } = error;
  const entry = Object.hasOwn(refusals, code) ? refusals[code] : undefined;
  if (entry === undefined) return new Error(`the action declares no refusal '${code}'`, { cause: error });
  return new Failure({ code: ownCode(app, code), entry }, { values });
}
