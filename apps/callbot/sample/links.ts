import { choices, DAY, instantText, Random, type SampleTable } from 'altiplano/sample';
import { identifiers } from './identifier.ts';
import type { World } from './world.ts';

const LABEL_COUNTS = choices([0, 40], [1, 25], [2, 15], [3, 10], [5, 7], [8, 3]);
const STATUSES = choices(['completed', 50], ['pending', 30], ['failed', 15], ['calling', 5]);

/** Labels and campaigns of customers. */
export function linkTables(world: World): SampleTable[] {
  const customers = world.createdAt.length;
  return [
    {
      table: 'customer_campaign_labels',
      columns: ['workspace_id', 'customer_id', 'label_id'],
      total: Math.round(customers * 1.34),
      rows: () => labelLinks(world),
    },
    {
      table: 'call_campaign_customer',
      columns: ['id', 'workspace_id', 'campaign_id', 'customer_id', 'status', 'created_at'],
      total: world.firstEnrolment[customers] ?? 0,
      rows: () => enrolments(world),
    },
  ];
}

function* labelLinks({ seed, workspaces, workspaceOf }: World): Generator<string> {
  const random = new Random(seed, 5);
  const customerId = identifiers(seed, 'customer');
  const labelId = identifiers(seed, 'label');
  const workspaceId = identifiers(seed, 'workspace');
  for (const [customer, index] of workspaceOf.entries()) {
    const workspace = workspaces[index];
    const wanted = random.weighted(LABEL_COUNTS);
    if (!workspace || wanted === 0) continue;
    const prefix = `${workspaceId(index)}\t${customerId(customer)}`;
    const chosen = new Set<number>();
    for (let draw = 0; draw < wanted; draw++) chosen.add(random.zipf(workspace.labels));
    for (const label of chosen) yield `${prefix}\t${labelId(workspace.firstLabel + label)}`;
  }
}

function* enrolments(world: World): Generator<string> {
  const random = new Random(world.seed, 6);
  const id = identifiers(world.seed, 'enrolment');
  const customerId = identifiers(world.seed, 'customer');
  const campaignId = identifiers(world.seed, 'campaign');
  const workspaceId = identifiers(world.seed, 'workspace');
  for (const [customer, index] of world.workspaceOf.entries()) {
    const workspace = world.workspaces[index];
    const end = world.firstEnrolment[customer + 1] ?? 0;
    let created = world.createdAt[customer] ?? 0;
    for (let enrolment = world.firstEnrolment[customer] ?? 0; workspace && enrolment < end; enrolment++) {
      // One in five enrolments of a customer shares its instant with the one before.
      if (random.chance(0.8)) created = Math.min(world.anchor - 1, created + Math.floor(random.unit() * 90 * DAY));
      yield [
        id(enrolment),
        workspaceId(index),
        campaignId(workspace.firstCampaign + random.zipf(workspace.campaigns)),
        customerId(customer),
        random.weighted(STATUSES),
        instantText(created),
      ].join('\t');
    }
  }
}
