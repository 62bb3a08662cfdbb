import pg from 'pg';
import { Failure } from '../errors/failure.ts';
import { MOST_REPLY_BYTES } from '../sql/reply-bound.ts';

/** A row lock that is not to be had by then is held by something that hangs. */
export const LOCK_SECONDS = 4;

/**
 * Nothing was written, and trying again may do: a serialization failure, a deadlock, a row that went away between the check
 * and the write, an idempotency key that another request has just used.
 */
const CONFLICTS: ReadonlySet<string> = new Set(['40001', '40P01', '23503', 'ALT02']);

/** Of a write: values beyond a type's or a check's range, and what is too long to be stored or indexed. */
const REFUSED = /^(22...|54...|23514)$/;

/** No connection, a server that stops or starts, out of disk, memory or connections, or (a write) a standby. */
const UNAVAILABLE = /^(08...|57P..|53...|25006)$/;

/**
 * SQLSTATE → catalogue, once. The driver's error stays as `cause`; its message never reaches a reply.
 * @param writes a reader sends no value that is stored: there the same states are defects
 */
export function translate(cause: unknown, signal?: AbortSignal, writes = false): Failure {
  if (cause instanceof Failure) return cause;
  const code = cause instanceof pg.DatabaseError ? (cause.code ?? '') : '';
  if (code === '57014') {
    return new Failure(signal?.aborted ? 'EXEC_CANCELLED' : 'EXEC_TIMEOUT', {
      values: { limit: 'the allowed' },
      cause,
    });
  }
  if (code === '55P03') return new Failure('EXEC_LOCKED', { values: { limit: LOCK_SECONDS }, cause });
  if (CONFLICTS.has(code)) return new Failure('EXEC_CONFLICT', { cause });
  if (writes && REFUSED.test(code)) return new Failure('REQ_REFUSED', { cause });
  if (code === 'ALT03') return new Failure('REQ_REPLY_TOO_LARGE', { values: { limit: MOST_REPLY_BYTES }, cause });
  if (code === 'ALT01') return new Failure('EXEC_TENANT_MISMATCH', { cause });
  if (UNAVAILABLE.test(code)) return new Failure('EXEC_UNAVAILABLE', { cause });
  if (code !== '') return new Failure('EXEC_INTERNAL', { cause });
  return new Failure(isAcquireTimeout(cause) ? 'EXEC_OVERLOADED' : 'EXEC_UNAVAILABLE', { cause });
}

/** The pool's own error has no code; its message is all there is. */
function isAcquireTimeout(cause: unknown): boolean {
  return cause instanceof Error && cause.message.startsWith('timeout exceeded when trying to connect');
}
