import type { Failure } from '../errors/failure.ts';

interface RefusalDetails {
  readonly headers?: Readonly<Record<string, string>>;
  /** Further members of the problem document. */
  readonly members?: Readonly<Record<string, unknown>>;
}

/** A failure with what only HTTP knows of it. */
export class Refusal extends Error {
  readonly failure: Failure;
  readonly details: RefusalDetails;

  constructor(failure: Failure, details: RefusalDetails) {
    super(failure.message, { cause: failure });
    this.name = 'Refusal';
    this.failure = failure;
    this.details = details;
  }
}
