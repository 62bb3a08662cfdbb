import { Failure, type KeyRing, type OwnerClient, type SampleOptions, type SampleSummary } from 'altiplano';
import { DAY, findSample, instantOf, loadSample, type SampleTable } from 'altiplano/sample';
import { journalTable } from './sample/journal.ts';
import { DEMO_CODE, peopleTable, tenantTable } from './sample/people.ts';
import { trackingTable } from './sample/tracking.ts';
import { createWorld, type Volume, type World } from './sample/world.ts';

/** `tenants` counts those with people; one without comes on top. `people` are of all of them: four fifths of the first. */
export const volume = { tenants: 3, people: 1_000, tracking: 20_000, journal: 5_000 } as const;

export interface FieldSampleOptions extends SampleOptions {
  /** The instant the data leads up to; today's midnight (UTC) unless given. Same seed, volumes and anchor: the same rows. */
  readonly anchor?: Date;
}

/**
 * Fills the schema's empty tables.
 * @throws CLI_USAGE when a table has rows already or a volume makes no sense
 */
export async function run(options: FieldSampleOptions): Promise<SampleSummary> {
  const anchor = options.anchor ? instantOf(options.anchor) : Math.floor(instantOf(new Date()) / DAY) * DAY;
  const world = createWorld(options.seed, anchor, checkedVolume({ ...volume, ...options.volume }));
  if (options.keys === undefined) throw new Error('a journal is not written without keys');
  return loadSample(options, sampleTables(world, options.keys), readSummary);
}

export const find = (options: Pick<SampleOptions, 'url' | 'schema'>) => findSample(options, readSummary);

/** Every table in an order in which parents precede children. */
export function sampleTables(world: World, keys: KeyRing): SampleTable[] {
  return [tenantTable(world), peopleTable(world), trackingTable(world), journalTable(world, keys)];
}

function checkedVolume(wanted: Volume): Volume {
  const whole = Object.values(wanted).every((count) => Number.isSafeInteger(count) && count >= 0);
  if (whole && wanted.tenants >= 1 && wanted.tenants <= 65_000 && wanted.people >= wanted.tenants) return wanted;
  throw new Failure('CLI_USAGE', {
    values: {
      problem: `No sample has ${wanted.people} people in ${wanted.tenants} tenants.`,
      remedy: 'Give whole numbers: 1 to 65000 tenants, and at least one of the people for each.',
    },
  });
}

async function readSummary(client: OwnerClient, schema: string): Promise<SampleSummary | null> {
  const { rows: tables } = await client.query<{ name: string; rows: number }>(
    `select c.relname as name, c.reltuples as rows from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where n.nspname = $1 and c.relname in ('tenant', 'people', 'tracking', 'journal_entry') order by c.oid`,
    [schema],
  );
  if (tables.length < 4) return null;
  const { rows } = await client.query<{ user: string }>(
    `select p.id::text as user from ${client.escapeIdentifier(schema)}.people p where p.code = $1 order by p.id limit 1`,
    [DEMO_CODE],
  );
  const [demo] = rows;
  if (!demo) return null;
  return {
    rows: Object.fromEntries(tables.map(({ name, rows }) => [name, Math.max(0, rows)])),
    demo: { user: demo.user, path: '/api/tracking/?page_size=2' },
  };
}
