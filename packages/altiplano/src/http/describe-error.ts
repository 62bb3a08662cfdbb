import { quotesData } from '../errors/quotes-data.ts';

export interface ErrorDescription {
  readonly name: string;
  readonly message?: string;
  readonly sqlstate?: string;
  readonly stack?: readonly string[];
  readonly cause?: ErrorDescription;
}

/** What the log may know of an error: where it came from, and its message unless that could hold somebody's data. */
export function describeError(error: unknown, depth = 0): ErrorDescription {
  if (!(error instanceof Error)) return { name: typeof error };
  const sqlstate = 'code' in error && typeof error.code === 'string' ? error.code : undefined;
  return {
    name: error.name,
    ...(quotesData(error) ? {} : { message: error.message }),
    ...(sqlstate === undefined ? {} : { sqlstate }),
    stack: framesOf(error),
    // Causes can be circular; nobody reads beyond the third.
    ...(error.cause === undefined || depth > 2 ? {} : { cause: describeError(error.cause, depth + 1) }),
  };
}

/** A stack begins with the message; only its frames are kept. */
function framesOf(error: Error): readonly string[] {
  return (error.stack ?? '').split('\n').flatMap((line) => (/^\s+at /.test(line) ? [line.trim()] : []));
}
