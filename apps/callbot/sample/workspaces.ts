import { DAY, instantText, Random, type SampleTable } from 'altiplano/sample';
import { identifiers } from './identifier.ts';
import { FAMILY_NAMES, GIVEN_NAMES, LABEL_NAMES } from './texts.ts';
import type { World } from './world.ts';

const WORKSPACE_NAMES = ['Altiplano Energy', 'Bäckerei Groß', 'Công ty Sông Hồng'];

/** Workspaces with their employees, labels and campaigns. */
export function workspaceTables(world: World): SampleTable[] {
  const { workspaces } = world;
  return [
    {
      table: 'workspace',
      columns: ['id', 'name', 'created_at'],
      total: workspaces.length,
      rows: () => workspaceRows(world),
    },
    {
      table: 'employee',
      columns: ['id', 'workspace_id', 'name', 'email'],
      total: workspaces.reduce((sum, { employees }) => sum + employees, 0),
      rows: () => employeeRows(world),
    },
    {
      table: 'label',
      columns: ['id', 'workspace_id', 'name'],
      total: workspaces.reduce((sum, { labels }) => sum + labels, 0),
      rows: () => labelRows(world),
    },
    {
      table: 'call_campaign',
      columns: ['id', 'workspace_id', 'name', 'status', 'created_at'],
      total: workspaces.reduce((sum, { campaigns }) => sum + campaigns, 0),
      rows: () => campaignRows(world),
    },
  ];
}

function* workspaceRows({ seed, anchor, workspaces }: World): Generator<string> {
  const id = identifiers(seed, 'workspace');
  for (const index of workspaces.keys()) {
    const name = index === workspaces.length - 1 ? 'Empty' : (WORKSPACE_NAMES[index] ?? `Workspace ${index + 1}`);
    yield `${id(index)}\t${name}\t${instantText(anchor - 800 * DAY + index * DAY)}`;
  }
}

function* employeeRows({ seed, workspaces }: World): Generator<string> {
  const random = new Random(seed, 2);
  const id = identifiers(seed, 'employee');
  const workspaceId = identifiers(seed, 'workspace');
  for (const [index, { employees, firstEmployee }] of workspaces.entries()) {
    for (let employee = firstEmployee; employee < firstEmployee + employees; employee++) {
      const name = `${random.pick(GIVEN_NAMES)} ${random.pick(FAMILY_NAMES)}`;
      yield `${id(employee)}\t${workspaceId(index)}\t${name}\temployee.${employee + 1}@callbot.example`;
    }
  }
}

function* labelRows({ seed, workspaces }: World): Generator<string> {
  const id = identifiers(seed, 'label');
  const workspaceId = identifiers(seed, 'workspace');
  for (const [index, { labels, firstLabel }] of workspaces.entries()) {
    for (let label = 0; label < labels; label++) {
      // The last one has the name of the first: two labels of one name in one workspace.
      const name = label === labels - 1 ? LABEL_NAMES[0] : (LABEL_NAMES[label] ?? `Segment ${label}`);
      yield `${id(firstLabel + label)}\t${workspaceId(index)}\t${name}`;
    }
  }
}

const CAMPAIGN_STATUSES = ['active', 'completed', 'active', 'completed', 'completed', 'draft'] as const;

function* campaignRows({ seed, anchor, workspaces }: World): Generator<string> {
  const random = new Random(seed, 3);
  const id = identifiers(seed, 'campaign');
  const workspaceId = identifiers(seed, 'workspace');
  for (const [index, { campaigns, firstCampaign }] of workspaces.entries()) {
    for (let campaign = 0; campaign < campaigns; campaign++) {
      const status = CAMPAIGN_STATUSES[campaign % CAMPAIGN_STATUSES.length];
      const created = anchor - Math.floor(random.unit() * 600 * DAY);
      yield `${id(firstCampaign + campaign)}\t${workspaceId(index)}\tCampaign ${campaign + 1}\t${status}\t${instantText(created)}`;
    }
  }
}
