import { Failure, hashPassword, type OwnerClient, type SampleOptions, type SampleSummary } from 'altiplano';
import { DAY, findSample, instantOf, loadSample, type SampleTable } from 'altiplano/sample';
import { accountTable } from './sample/accounts.ts';
import { DEMO_EMAIL, linkTable, organizationTable, teamTable, userTable } from './sample/people.ts';
import { transactionTable } from './sample/transactions.ts';
import { createWorld, type Volume, type World } from './sample/world.ts';

export const volume = { organizations: 3, users: 60, accounts: 200, transactions: 20_000 } as const;

/** What everybody in a sample signs in with. The salt is no secret either: the same seed gives the same rows. */
const PASSWORD = 'altiplano-demo';
const SALT = Buffer.alloc(16, 'finance');

export interface FinanceSampleOptions extends SampleOptions {
  /** The instant the data leads up to; today's midnight (UTC) unless given. Same seed, volumes and anchor: the same rows. */
  readonly anchor?: Date;
}

/**
 * Fills the schema's empty tables.
 * @throws CLI_USAGE when a table has rows already or a volume makes no sense
 */
export async function run(options: FinanceSampleOptions): Promise<SampleSummary> {
  const anchor = options.anchor ? instantOf(options.anchor) : Math.floor(instantOf(new Date()) / DAY) * DAY;
  const world = createWorld(options.seed, anchor, checkedVolume({ ...volume, ...options.volume }));
  return loadSample(options, sampleTables(world, await hashPassword(PASSWORD, { salt: SALT })), readSummary);
}

export const find = (options: Pick<SampleOptions, 'url' | 'schema'>) => findSample(options, readSummary);

/** Every table in an order in which parents precede children. */
export function sampleTables(world: World, digest: string | null = null): SampleTable[] {
  return [
    ...[organizationTable(world), teamTable(world), userTable(world, digest), linkTable(world)],
    ...[accountTable(world), transactionTable(world)],
  ];
}

function checkedVolume(wanted: Volume): Volume {
  const whole = Object.values(wanted).every((count) => Number.isSafeInteger(count) && count >= 0);
  const { organizations, users, accounts } = wanted;
  if (whole && organizations >= 1 && users >= 2 * organizations && accounts >= 2) return wanted;
  throw new Failure('CLI_USAGE', {
    values: {
      problem: `No sample has ${users} users and ${accounts} accounts in ${organizations} organizations.`,
      remedy: 'Give whole numbers: at least one organization, two users for each, and two accounts.',
    },
  });
}

async function readSummary(client: OwnerClient, schema: string): Promise<SampleSummary | null> {
  const { rows: tables } = await client.query<{ name: string; rows: number }>(
    `select c.relname as name, c.reltuples as rows from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where n.nspname = $1 and c.relname in ('organization', 'app_user', 'account', 'transaction') order by c.oid`,
    [schema],
  );
  if (tables.length < 4) return null;
  const { rows } = await client.query<{ user: string; organization: string }>(
    `select u.id::text as user, l.organization_id::text as organization
     from ${client.escapeIdentifier(schema)}.app_user u join ${client.escapeIdentifier(schema)}.organization_link l on l.user_id = u.id
     where u.email = $1`,
    [DEMO_EMAIL],
  );
  const [demo] = rows;
  if (!demo) return null;
  return {
    rows: Object.fromEntries(tables.map(({ name, rows }) => [name, Math.max(0, rows)])),
    demo: {
      user: demo.user,
      path: '/financial/accounts?size=2',
      headers: { 'X-Tenant-Type': 'organization', 'X-Tenant-Id': demo.organization },
      signIn: { email: DEMO_EMAIL, password: PASSWORD },
    },
  };
}
