import { type MigrationSession, value } from '../session.ts';
import type { Step } from './step.ts';

export interface Transaction {
  readonly name: string;
  /** SQL: true when nothing is left to do. */
  readonly done: string;
  readonly sql: string;
}

/** Statements that nobody else waits for: new tables, functions, grants. */
export function transaction({ name, done, sql }: Transaction): Step {
  return {
    name,
    isDone: (session) => value(session, `select ${done}`),
    run: (session: MigrationSession) => inTransaction(session, sql),
  };
}

async function inTransaction({ client }: MigrationSession, sql: string): Promise<void> {
  await client.query('begin');
  try {
    await client.query(sql);
    await client.query('commit');
  } catch (error) {
    await client.query('rollback');
    throw error;
  }
}
