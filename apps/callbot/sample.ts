import type { SampleOptions, SampleSummary } from 'altiplano';
import { Failure, type OwnerClient } from 'altiplano';
import { DAY, findSample, instantOf, loadSample, type SampleTable } from 'altiplano/sample';
import { callTable } from './sample/calls.ts';
import { customerTable } from './sample/customers.ts';
import { linkTables } from './sample/links.ts';
import { DEMO_EMAIL, userTables } from './sample/users.ts';
import { workspaceTables } from './sample/workspaces.ts';
import { createWorld, type Volume, type World } from './sample/world.ts';

/** `workspaces` counts those with customers; one without comes on top. */
export const volume = { customers: 5_000, calls: 100_000, workspaces: 3 } as const;

export interface CallbotSampleOptions extends SampleOptions {
  /**
   * The instant the data leads up to; today's midnight (UTC) unless given, so that the last 30 days are not empty.
   * Same seed, volumes and anchor: the same rows to the byte, ids included.
   */
  readonly anchor?: Date;
}

/**
 * Fills the schema's empty tables.
 * @throws CLI_USAGE when a table has rows already or a volume makes no sense
 */
export async function run(options: CallbotSampleOptions): Promise<SampleSummary> {
  const anchor = options.anchor ? instantOf(options.anchor) : Math.floor(instantOf(new Date()) / DAY) * DAY;
  const tables = sampleTables(createWorld(options.seed, anchor, checkedVolume({ ...volume, ...options.volume })));
  return loadSample(options, tables, readSummary);
}

/** Row counts are the planner's: this must stay cheap on tables that have grown since. */
export const find = (options: Pick<SampleOptions, 'url' | 'schema'>) => findSample(options, readSummary);

/** Every table in an order in which parents precede children. */
export function sampleTables(world: World): SampleTable[] {
  return [
    ...workspaceTables(world),
    ...userTables(world),
    customerTable(world),
    ...linkTables(world),
    callTable(world),
  ];
}

function checkedVolume(wanted: Volume): Volume {
  const whole = Object.values(wanted).every((count) => Number.isSafeInteger(count) && count >= 0);
  if (whole && wanted.workspaces >= 1 && wanted.workspaces <= 65_000 && wanted.customers >= wanted.workspaces)
    return wanted;
  throw new Failure('CLI_USAGE', {
    values: {
      problem: `No sample has ${wanted.customers} customers and ${wanted.calls} calls in ${wanted.workspaces} workspaces.`,
      remedy: 'Give whole numbers: 1 to 65000 workspaces, and at least one customer for each.',
    },
  });
}

async function readSummary(client: OwnerClient, schema: string): Promise<SampleSummary | null> {
  const quoted = client.escapeIdentifier(schema);
  const { rows: tables } = await client.query<{ name: string; rows: number }>(
    `select c.relname as name, c.reltuples as rows from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where n.nspname = $1 and c.relname in ('workspace', 'customer', 'call') order by c.oid`,
    [schema],
  );
  if (tables.length < 3) return null;
  const { rows } = await client.query<{ user: string; workspace: string }>(
    `select u.id as user, m.workspace_id as workspace
     from ${quoted}.app_user u join ${quoted}.app_user_workspaces m on m.user_id = u.id
     where u.email = $1`,
    [DEMO_EMAIL],
  );
  const [demo] = rows;
  if (!demo) return null;
  return {
    rows: Object.fromEntries(tables.map(({ name, rows }) => [name, Math.max(0, rows)])),
    demo: { user: demo.user, path: `/api/v1/customers/?workspace_id=${demo.workspace}&page_size=2` },
  };
}
