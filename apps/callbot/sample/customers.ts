import { COPY_NULL } from 'altiplano';
import { choices, DAY, instantText, Random, type SampleTable } from 'altiplano/sample';
import { attributesText } from './attributes.ts';
import { identifiers } from './identifier.ts';
import { FAMILY_NAMES, GIVEN_NAMES, MAIL_DOMAINS, MAIL_WORDS, ODD_NAMES } from './texts.ts';
import type { World } from './world.ts';

const STATUSES = choices(['active', 70], ['inactive', 15], ['pending', 9.5], ['blocked', 0.5], [COPY_NULL, 5]);
const QUALITIES = choices(['cold', 40], ['warm', 30], ['hot', 10], ['dead', 10], [COPY_NULL, 10]);
const CALL_STATUSES = choices(['pending', 40], ['completed', 40], ['failed', 10], ['calling', 2], [COPY_NULL, 8]);
const CARRIERS = choices(
  ['Viettel', 30],
  ['Vodafone', 16],
  ['Telekom', 11],
  ['Orange', 8],
  ['Türk Telekom', 7],
  ['Entel', 5],
  ['T-Mobile', 4],
  ['AT&T', 4],
  ['O2', 3],
  ['MobiFone', 2],
  ['Cosmote', 1.9],
  ['Sateliot', 0.1],
  [COPY_NULL, 8],
);

export const CUSTOMER_COLUMNS = [
  'id',
  'workspace_id',
  'name',
  'email',
  'phone',
  'carrier',
  'status',
  'quality',
  'call_status',
  'duration',
  'is_test',
  'checked',
  'other_attributes',
  'is_deleted',
  'deleted_at',
  'employee_id',
  'created_at',
  'updated_at',
] as const;

export function customerTable(world: World): SampleTable {
  return {
    table: 'customer',
    columns: CUSTOMER_COLUMNS,
    total: world.createdAt.length,
    rows: () => customerRows(world),
  };
}

function* customerRows(world: World): Generator<string> {
  const random = new Random(world.seed, 4);
  const id = identifiers(world.seed, 'customer');
  const workspaceId = identifiers(world.seed, 'workspace');
  const employeeId = identifiers(world.seed, 'employee');
  for (const [customer, created] of world.createdAt.entries()) {
    const index = world.workspaceOf[customer] ?? 0;
    const workspace = world.workspaces[index];
    if (!workspace) continue;
    // The last employee of a workspace never gets a customer.
    const employee = workspace.firstEmployee + random.zipf(workspace.employees - 1);
    const updated = random.chance(0.3) ? created : created + Math.floor(random.unit() * (world.anchor - created));
    const deleted = world.deleted[customer] === 1;
    yield [
      id(customer),
      workspaceId(index),
      name(random),
      email(random, customer),
      phone(random),
      random.weighted(CARRIERS),
      random.weighted(STATUSES),
      random.weighted(QUALITIES),
      random.weighted(CALL_STATUSES),
      duration(random),
      random.chance(0.01) ? 't' : 'f',
      random.chance(0.3) ? 't' : 'f',
      attributesText(random),
      deleted ? 't' : 'f',
      deleted ? instantText(Math.min(world.anchor, updated + DAY)) : COPY_NULL,
      random.chance(0.15) ? COPY_NULL : employeeId(employee),
      instantText(created),
      instantText(updated),
    ].join('\t');
  }
}

function name(random: Random): string {
  if (random.chance(0.01)) return random.pick(ODD_NAMES);
  return `${random.pick(GIVEN_NAMES)} ${random.pick(FAMILY_NAMES)}`;
}

function email(random: Random, customer: number): string {
  if (random.chance(0.1)) return COPY_NULL;
  return `${random.pick(MAIL_WORDS)}.${customer.toString(36)}@${random.pick(MAIL_DOMAINS)}`;
}

function phone(random: Random): string {
  const digits = String(100_000_000 + random.below(900_000_000));
  const groups = `${digits.slice(0, 3)} ${digits.slice(3, 6)} ${digits.slice(6)}`;
  switch (random.below(4)) {
    case 0:
      return `+84 ${groups}`;
    case 1:
      return `+49${digits}`;
    case 2:
      return `(${digits.slice(0, 3)}) ${digits.slice(3, 6)}-${digits.slice(6)}`;
    default:
      return `0${digits}`;
  }
}

/** Many zeros, then a long tail (Pareto's with exponent 2) in quarters and hundredths. */
function duration(random: Random): string {
  if (random.chance(0.4)) return '0';
  const seconds = 40 * (1 / Math.sqrt(1 - random.unit()) - 1);
  return String(random.chance(0.5) ? Math.floor(seconds * 4) / 4 : Math.floor(seconds * 100) / 100);
}
