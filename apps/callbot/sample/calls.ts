import { COPY_NULL } from 'altiplano';
import { choices, DAY, type Instant, instantText, monthStart, Random, type SampleTable } from 'altiplano/sample';
import { busyCustomers } from './busy-customers.ts';
import { identifiers } from './identifier.ts';
import { TRANSCRIPTS } from './texts.ts';
import type { World } from './world.ts';

const STATUSES = choices(['completed', 70], ['missed', 22], ['busy', 8]);
// A call of a campaign may have lost its enrolment.
const UNLINKED_TYPES = choices(['direct', 80], ['callback', 15], ['campaign', 5]);
const SPAN = 548 * DAY;

export const CALL_COLUMNS = [
  'id',
  'workspace_id',
  'customer_id',
  'campaign_customer_id',
  'direction',
  'status',
  'duration',
  'duration_seconds',
  'recording_url',
  'transcript',
  'sentiment_score',
  'call_type',
  'billing_rate',
  'is_deleted',
  'created_at',
] as const;

export function callTable(world: World): SampleTable {
  return { table: 'call', columns: CALL_COLUMNS, total: world.calls, rows: () => callRows(world) };
}

/**
 * Written in the order of time, as a live table is: the calls of one customer lie scattered over it. Their density
 * grows with time; a share of 1 in 200 repeats customer and instant of the call before.
 */
function* callRows(world: World): Generator<string> {
  const random = new Random(world.seed, 7);
  const customerAt = busyCustomers(world);
  const edges = edgesOf(world.anchor);
  const id = identifiers(world.seed, 'call');
  const workspaceId = identifiers(world.seed, 'workspace');
  const customerId = identifiers(world.seed, 'customer');
  const enrolmentId = identifiers(world.seed, 'enrolment');
  let customer = 0;
  let created: Instant = 0;
  for (let call = 0; call < world.calls; call++) {
    if (call === 0 || !random.chance(0.005)) {
      const wanted = world.anchor - SPAN + Math.floor(Math.sqrt((call + random.unit()) / world.calls) * SPAN);
      customer = customerAt(random);
      // A customer that is not there yet gets no call; after a few draws its call comes later instead.
      for (let draw = 0; draw < 4 && (world.createdAt[customer] ?? 0) > wanted; draw++) customer = customerAt(random);
      const start = world.createdAt[customer] ?? 0;
      created = wanted < start ? start + Math.floor(random.unit() * (world.anchor - start)) : wanted;
      if (random.chance(0.001)) created = random.pick(edges);
    }
    const prefix = `${id(call)}\t${workspaceId(world.workspaceOf[customer] ?? 0)}\t${customerId(customer)}`;
    const first = world.firstEnrolment[customer] ?? 0;
    const enrolled = (world.firstEnrolment[customer + 1] ?? 0) - first;
    const enrolment = enrolled > 0 && random.chance(0.6) ? enrolmentId(first + random.below(enrolled)) : COPY_NULL;
    yield `${prefix}\t${callText(random, enrolment)}\t${instantText(created)}`;
  }
}

/** Where "the last 30 days" and "this month" begin and end, and the microsecond before. */
function edgesOf(anchor: Instant): Instant[] {
  const edges = [anchor - 30 * DAY, anchor - 29 * DAY, monthStart(anchor), monthStart(anchor, -1)];
  return [...edges.flatMap((edge) => [edge - 1, edge]), monthStart(anchor, 1)];
}

/** The columns from `campaign_customer_id` to `is_deleted`. */
function callText(random: Random, enrolment: string): string {
  const type = enrolment === COPY_NULL ? random.weighted(UNLINKED_TYPES) : 'campaign';
  const status = random.weighted(STATUSES);
  const tenths =
    status === 'completed' ? Math.min(36_000, Math.floor(900 * (1 / Math.sqrt(1 - random.unit()) - 1))) : 0;
  const recording =
    status === 'completed' && random.chance(0.3) ? `https://recordings.example/${random.next()}.ogg` : COPY_NULL;
  const transcript = status === 'completed' && random.chance(0.2) ? random.pick(TRANSCRIPTS) : COPY_NULL;
  const sentiment = random.chance(0.4) ? COPY_NULL : String((random.below(2001) - 1000) / 1000);
  const rate = random.chance(0.1) ? COPY_NULL : `${random.below(3)}.${1000 + random.below(9000)}`;
  return (
    `${enrolment}\t${random.chance(0.35) ? 'inbound' : 'outbound'}\t${status}\t${tenths / 10}\t${Math.floor((tenths + 5) / 10)}\t` +
    `${recording}\t${transcript}\t${sentiment}\t${type}\t${rate}\t${random.chance(0.01) ? 't' : 'f'}`
  );
}
