import { currentTrace, within } from '../profile/trace.ts';
import type { Statement } from '../sql/statement.ts';
import type { Pool } from './pool.ts';
import type { Session } from './session.ts';
import { type Results, transact } from './transact.ts';
import { takeWriteSlot } from './write-slots.ts';

export type { Results as WriteResults } from './transact.ts';

/**
 * Runs the statements of a write in one transaction, of which the first waits for row locks. READ COMMITTED: each sees what
 * was committed before it began, so the second sees what the locks of the first waited for.
 * @throws EXEC_OVERLOADED when too many writes wait already, EXEC_LOCKED, EXEC_CONFLICT, REQ_REFUSED, REQ_CONFLICT, REQ_REFERRED,
 * REQ_TAKEN, and what a read throws
 */
export async function runWrite(
  pool: Pool,
  session: Session,
  statements: readonly Statement[],
  signal?: AbortSignal,
  removesFrom: string | null = null,
): Promise<Results> {
  const trace = currentTrace();
  const leave = await takeWriteSlot(pool, signal);
  try {
    return await within(trace, () => transact(pool, session, 'write', statements, signal, removesFrom));
  } finally {
    leave();
  }
}
