import { type OwnerClient, withOwner } from '../execute/owner.ts';
import { bulkLoad, type Progress } from './bulk-load.ts';
import { vacuumSchema } from './schema-objects.ts';
import type { SampleTable } from './table.ts';

export interface SampleTarget {
  /** Connection of the owner. */
  readonly url: string;
  readonly schema: string;
  readonly progress: Progress;
}

/**
 * Fills empty tables, then vacuums the schema and reads what the sample left behind.
 * @throws CLI_USAGE when a table has rows already
 */
export async function loadSample<Summary extends object>(
  { url, schema, progress }: SampleTarget,
  tables: readonly SampleTable[],
  readSummary: (client: OwnerClient, schema: string) => Promise<Summary | null>,
): Promise<Summary & { readonly rows: Readonly<Record<string, number>> }> {
  return withOwner(url, async (client) => {
    const rows = await bulkLoad(client, schema, tables, progress);
    progress({ name: 'vacuum', done: 0, total: 1 });
    await vacuumSchema(client, schema);
    progress({ name: 'vacuum', done: 1, total: 1 });
    const summary = await readSummary(client, schema);
    if (!summary) throw new Error('the sample has no demo user');
    return { ...summary, rows };
  });
}

/** What an earlier run left behind, or null. */
export function findSample<Summary>(
  { url, schema }: Pick<SampleTarget, 'url' | 'schema'>,
  readSummary: (client: OwnerClient, schema: string) => Promise<Summary | null>,
): Promise<Summary | null> {
  return withOwner(url, (client) => readSummary(client, schema));
}
