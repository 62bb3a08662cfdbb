import { type ErrorsByParameter, Failure } from './failure.ts';

/** A refusal of an action's own catalogue, before it is known whose. */
export class Refused extends Error {
  readonly code: string;
  readonly values: Readonly<Record<string, string | number>>;

  constructor(code: string, values: Readonly<Record<string, string | number>>) {
    super(code);
    this.name = 'Refused';
    this.code = code;
    this.values = values;
  }
}

/**
 * For a handler to throw: `refuse('key_revoked')` of the action's `refusals`, `refuse('not_found')` as for any row that is
 * not there, `refuse.invalid({ name: ['…'] })` for members that only the database could know to be wrong.
 */
export const refuse = Object.assign(
  (code: string, values: Readonly<Record<string, string | number>> = {}): Error =>
    code === 'not_found' ? new Failure('REQ_NOT_FOUND') : new Refused(code, values),
  { invalid: (errors: ErrorsByParameter): Error => new Failure('REQ_INVALID', { errors }) },
);
