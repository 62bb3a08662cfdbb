import { installQueue, QUEUE_SCHEMA } from '../src/jobs/queue.ts';
import { currentSession } from '../src/migrate/session.ts';

/** The library's tables, by its own migrations; whatever a later version of it adds a worker applies when it starts. */
export async function up(): Promise<void> {
  await installQueue(currentSession().url);
}

export async function down(pgm: { sql(text: string): void }): Promise<void> {
  pgm.sql(`drop schema if exists ${QUEUE_SCHEMA} cascade`);
}
