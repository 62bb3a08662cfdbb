import { withOwner } from '../execute/owner.ts';
import { pendingMigrations } from './pending.ts';
import type { MigrationFolder } from './run.ts';
import type { MigrationSession } from './session.ts';
import { type Estimate, estimatePlanned } from './sizes/estimate.ts';

/** One thing `up` would do; without a step the migration is SQL and runs whole. */
export interface PlannedStep {
  readonly migration: string;
  readonly step: string | null;
  /** Already there, from a run that was interrupted or from elsewhere. */
  readonly done: boolean;
  /** Of an index, freshly built; null when nothing can be said yet. */
  readonly estimate: Estimate | null;
}

/** What `up` would do, in order; changes nothing. */
export async function planMigrations(
  { schema, folder }: MigrationFolder,
  url: string,
): Promise<readonly PlannedStep[]> {
  return withOwner(url, async (client) => {
    const quiet = { log: () => {}, progress: () => {}, keepRoles: [], patience: 0, reverting: '' };
    const session: MigrationSession = { client, url, schema, direction: 'up', ...quiet };
    await client.query(`set search_path to "${schema}"`);
    const planned: PlannedStep[] = [];
    for (const { name: migration, steps } of await pendingMigrations(session, folder)) {
      if (steps === null) planned.push({ migration, step: null, done: false, estimate: null });
      for (const step of steps ?? []) {
        // Before the first run there is not even the engine's schema to ask.
        const done = await step.isDone(session).catch(() => false);
        const estimate = step.index === undefined || done ? null : await estimatePlanned(client, step.index);
        planned.push({ migration, step: step.name, done, estimate });
      }
    }
    return planned;
  });
}
