import { readdir } from 'node:fs/promises';
import { type MigrationSession, value } from './session.ts';
import type { Step, Steps } from './steps/step.ts';

/** A migration that is not applied; without steps it is SQL, which runs whole in a transaction. */
export interface Pending {
  readonly name: string;
  readonly steps: readonly Step[] | null;
}

/** What `up` would run, in order. */
export async function pendingMigrations(session: MigrationSession, folder: URL): Promise<readonly Pending[]> {
  const table = `"${session.schema}".altiplano_migration`;
  const exists = await value<boolean>(session, 'select to_regclass($1) is not null', [table]);
  const applied = exists ? await value<readonly string[]>(session, `select array(select name from ${table})`) : [];
  const files = (await readdir(folder)).filter(
    (file) => /^\d+_.*\.(sql|ts|js)$/.test(file) && !file.endsWith('.test.ts'),
  );
  const pending: Pending[] = [];
  for (const file of files.sort()) {
    const name = file.replace(/\.\w+$/, '');
    if (applied.includes(name)) continue;
    const up: Partial<Steps> = file.endsWith('.sql') ? {} : (await import(new URL(file, folder).href)).up;
    pending.push({ name, steps: up.steps ?? null });
  }
  return pending;
}

/** Asks what can be asked before anything is done. */
export async function checkPending(session: MigrationSession, folder: URL): Promise<void> {
  // The engine comes first and has nothing to ask; before it there is nothing to ask with.
  if (!(await value<boolean>(session, "select to_regclass('altiplano.setting') is not null"))) return;
  const path = `"${session.schema}"`;
  await session.client.query(`set search_path to ${path}`);
  for (const { steps } of await pendingMigrations(session, folder)) {
    for (const step of steps ?? []) await step.check?.(session);
  }
}
