import { type OwnerClient, withOwner } from '../execute/owner.ts';
import { type Built, buildAlone } from '../keep/build-alone.ts';
import { beginBuild, finishBuild } from '../keep/build-state.ts';
import { objectOf, titleOf } from '../keep/registered.ts';
import { inTransaction, retried } from '../keep/transaction.ts';
import { deltasOf, type RegisteredSummary, readSummaries } from './registry.ts';

export interface SummaryBuildOptions {
  /** Only these; all of the schema unless given. */
  readonly names?: readonly string[];
  /** Counts again what is ready, while it is read. */
  readonly rebuild?: boolean;
  readonly note?: (line: string) => void;
}

export interface BuiltSummary extends Built {
  readonly summary: string;
}

/** A fold that writers do themselves may come in between. */
const ATTEMPTS = 6;

const SETTINGS = `
  set application_name = 'altiplano summary build';
  set statement_timeout = 0;
  set lock_timeout = '1s';
  set client_connection_check_interval = '1s';
  set work_mem = '64MB'`;

/** Counts every summary of a schema that is not ready, each in one statement and one snapshot, while its table is written. */
export async function buildSummaries(
  url: string,
  schema: string,
  options: SummaryBuildOptions = {},
): Promise<readonly BuiltSummary[]> {
  return withOwner(url, async (client) => {
    await client.query(SETTINGS);
    const built: BuiltSummary[] = [];
    for (const summary of await readSummaries(client, schema)) {
      if (options.names !== undefined && !options.names.includes(summary.name)) continue;
      if (summary.state === 'ready' && options.rebuild !== true) continue;
      const read = async () => (await readSummaries(client, schema)).find(({ name }) => name === summary.name);
      const one = await buildAlone(client, 'summary', summary, read, (now) => build(client, now), options);
      if (one !== null) built.push({ summary: titleOf(summary), ...one });
    }
    return built;
  });
}

async function build(client: OwnerClient, summary: RegisteredSummary): Promise<number | null> {
  if (summary.state === 'unbuilt') {
    await beginBuild(client, 'summary', summary, [objectOf(summary), ...deltasOf(summary)], []);
  }
  const rows = await countAgain(client, summary);
  if (summary.state !== 'ready' && !(await finishBuild(client, 'summary', summary, []))) return null;
  await client.query(`analyze ${objectOf(summary)}`);
  return rows;
}

/** What a build and a repair do: groups as the rows say. Returns how many there are. */
export function countAgain(client: OwnerClient, summary: RegisteredSummary): Promise<number> {
  const count = async () =>
    Number((await client.query(`select ${objectOf(summary, '_build')}() as rows`)).rows[0].rows);
  return retried(ATTEMPTS, () => inTransaction(client, count));
}
