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
 * SQLSTATE → catalogue, once. The driver's error stays as `cause`; its message never reaches a reply, but that of a trigger
 * of the app which says ALT04.
 * @param writes a reader sends no value that is stored: there the same states are defects
 * @param removesFrom the table whose rows a write deletes for good
 */
export function translate(
  cause: unknown,
  signal?: AbortSignal,
  writes = false,
  removesFrom: string | null = null,
): Failure {
  if (cause instanceof Failure) return cause;
  const refused = writes && cause instanceof pg.DatabaseError ? refusalOf(cause, removesFrom) : null;
  if (refused !== null) return refused;
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
  if (code === 'ALT05')
    return new Failure('SUMMARY_UNBUILT', { values: { summary: cause instanceof Error ? cause.message : '' }, cause });
  if (code === 'ALT01') return new Failure('EXEC_TENANT_MISMATCH', { cause });
  if (UNAVAILABLE.test(code)) return new Failure('EXEC_UNAVAILABLE', { cause });
  if (code !== '') return new Failure('EXEC_INTERNAL', { cause });
  return new Failure(isAcquireTimeout(cause) ? 'EXEC_OVERLOADED' : 'EXEC_UNAVAILABLE', { cause });
}

/** What the tables themselves do not allow: REQ_CONFLICT, REQ_REFERRED, REQ_TAKEN. */
function refusalOf(cause: pg.DatabaseError, removesFrom: string | null): Failure | null {
  const { code, message, column, table = '' } = cause;
  if (code === 'ALT04') {
    const errors = column === undefined ? {} : { errors: { [column]: [message] } };
    return new Failure('REQ_CONFLICT', { values: { reason: message }, ...errors, cause });
  }
  // 23001 where the key says `restrict`, from PostgreSQL 18 on. A key that names a missing row is the writer's own table's.
  const isReferred = code === '23001' || (code === '23503' && removesFrom !== null && table !== removesFrom);
  if (isReferred) return new Failure('REQ_REFERRED', { values: { table }, cause });
  // Under row security the server names the index and not the columns and values.
  return code === '23505' ? new Failure('REQ_TAKEN', { values: { index: cause.constraint ?? '' }, cause }) : null;
}

/** The pool's own error has no code; its message is all there is. */
function isAcquireTimeout(cause: unknown): boolean {
  return cause instanceof Error && cause.message.startsWith('timeout exceeded when trying to connect');
}
