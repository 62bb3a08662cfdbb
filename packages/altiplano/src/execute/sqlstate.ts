import pg from 'pg';
import { Failure } from '../errors/failure.ts';

/** SQLSTATE → catalogue, once. The driver's error stays as `cause`; its message never reaches a reply. */
export function translate(cause: unknown, signal?: AbortSignal): Failure {
  if (cause instanceof Failure) return cause;
  const code = cause instanceof pg.DatabaseError ? (cause.code ?? '') : '';
  if (code === '57014') {
    return new Failure(signal?.aborted ? 'EXEC_CANCELLED' : 'EXEC_TIMEOUT', {
      values: { limit: 'the allowed' },
      cause,
    });
  }
  if (code === 'ALT01') return new Failure('EXEC_TENANT_MISMATCH', { cause });
  if (code.startsWith('08') || code.startsWith('57P') || code === '53300')
    return new Failure('EXEC_UNAVAILABLE', { cause });
  if (code !== '') return new Failure('EXEC_INTERNAL', { cause });
  return new Failure(isAcquireTimeout(cause) ? 'EXEC_OVERLOADED' : 'EXEC_UNAVAILABLE', { cause });
}

/** The pool's own error has no code; its message is all there is. */
function isAcquireTimeout(cause: unknown): boolean {
  return cause instanceof Error && cause.message.startsWith('timeout exceeded when trying to connect');
}
