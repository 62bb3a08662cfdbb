import type { SampleOptions, SampleSummary } from 'altiplano';
import { Failure, type OwnerClient } from 'altiplano';
import { DAY, findSample, instantOf, loadSample, type SampleTable } from 'altiplano/sample';
import { DEMO_EMAIL, peopleTables } from './sample/people.ts';
import { taskTable } from './sample/tasks.ts';
import { trailTable } from './sample/trail.ts';
import { createWorld, type Volume, type World } from './sample/world.ts';

/** `organizations` counts those with projects; one that has just been founded comes on top. */
export const volume = { tasks: 20_000, projects: 120, members: 40, organizations: 3 } as const;

export interface WorkboardSampleOptions extends SampleOptions {
  /** The instant the data leads up to; today's midnight (UTC) unless given. Same seed, volumes and anchor: the same rows to the byte. */
  readonly anchor?: Date;
}

/**
 * Fills the schema's empty tables; `--organizations 1` puts all tasks into one.
 * @throws CLI_USAGE when a table has rows already or a volume makes no sense
 */
export async function run(options: WorkboardSampleOptions): Promise<SampleSummary> {
  const anchor = options.anchor ? instantOf(options.anchor) : Math.floor(instantOf(new Date()) / DAY) * DAY;
  const tables = sampleTables(createWorld(options.seed, anchor, checkedVolume({ ...volume, ...options.volume })));
  return loadSample(options, tables, readSummary);
}

export const find = (options: Pick<SampleOptions, 'url' | 'schema'>) => findSample(options, readSummary);

/** Every table in an order in which parents precede children. */
export function sampleTables(world: World): SampleTable[] {
  return [...peopleTables(world), taskTable(world), trailTable(world)];
}

function checkedVolume(wanted: Volume): Volume {
  const { organizations, members, projects, tasks } = wanted;
  const whole = Object.values(wanted).every((count) => Number.isSafeInteger(count) && count >= 0);
  if (whole && organizations >= 1 && members >= organizations && projects >= organizations) return wanted;
  throw new Failure('CLI_USAGE', {
    values: {
      problem: `No sample has ${tasks} tasks of ${projects} projects and ${members} members in ${organizations} organizations.`,
      remedy: 'Give whole numbers: at least one organization, and a member and a project for each.',
    },
  });
}

/** Row counts are the planner's: this must stay cheap on tables that have grown since. */
async function readSummary(client: OwnerClient, schema: string): Promise<SampleSummary | null> {
  const { rows: tables } = await client.query<{ name: string; rows: number }>(
    `select c.relname as name, c.reltuples as rows from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where n.nspname = $1 and c.relname in ('organization', 'member', 'project', 'task') order by c.oid`,
    [schema],
  );
  if (tables.length < 4) return null;
  const { rows } = await client.query<{ user: string }>(
    `select m.id as user from ${client.escapeIdentifier(schema)}.member m where m.email = $1`,
    [DEMO_EMAIL],
  );
  const [demo] = rows;
  if (!demo) return null;
  return {
    rows: Object.fromEntries(tables.map(({ name, rows }) => [name, Math.max(0, rows)])),
    demo: { user: demo.user, path: '/projects/?page_size=2' },
  };
}
