import type { MigrationBuilder } from 'node-pg-migrate';
import { currentSession, type MigrationSession } from '../session.ts';
import type { IndexDefinition } from './create-index.ts';

/** One resumable part of a migration. */
export interface Step {
  /** For people: `index idx_customer_page`. */
  readonly name: string;
  /** Whether nothing is left to do, from the catalog: a killed run leaves no notes of its own. */
  readonly isDone: (session: MigrationSession) => Promise<boolean>;
  readonly run: (session: MigrationSession) => Promise<void>;
  /** Asked before the first step of a run, so that it is not refused after hours of work. */
  readonly check?: (session: MigrationSession) => Promise<void>;
  /** What the plan estimates. */
  readonly index?: IndexDefinition;
}

/** What a migration exports as `up` or `down`. */
export interface Steps {
  (pgm: MigrationBuilder): Promise<void>;
  readonly steps: readonly Step[];
}

/** A migration of steps, each in transactions of its own: what is done stays done, and the next run skips it. */
export function steps(...list: readonly (Step | readonly Step[])[]): Steps {
  const flat = list.flat();
  const action = async (pgm: MigrationBuilder): Promise<void> => {
    pgm.noTransaction();
    const session = currentSession();
    if (session.direction === 'down') await markReverting(session);
    for (const step of flat) if (!(await step.isDone(session))) await step.run(session);
  };
  return Object.assign(action, { steps: flat });
}

// A half reverted migration still counts as applied; without a note, `up` would take it for whole.
async function markReverting({ client, schema, reverting }: MigrationSession): Promise<void> {
  await client.query('insert into altiplano.setting values ($1, $2) on conflict (name) do update set value = $2', [
    revertingKey(schema),
    reverting,
  ]);
}

export const revertingKey = (schema: string): string => `reverting ${schema}`;
