import { DAY, instantText, Random, type SampleTable } from 'altiplano/sample';
import { FAMILY_NAMES, GIVEN_NAMES, PROJECT_NAMES } from './texts.ts';
import { identifiers, type World } from './world.ts';

/** The owner of the biggest organization, by which a later run finds the sample again. */
export const DEMO_EMAIL = 'demo.owner@workboard.example';

const NAMES = ['Altiplano Energy', 'Bäckerei Groß', 'Công ty Sông Hồng'];

/** Organizations with their members and projects. */
export function peopleTables(world: World): SampleTable[] {
  const { organizations } = world;
  return [
    {
      table: 'organization',
      columns: ['id', 'name', 'slug', 'created_at'],
      total: organizations.length,
      rows: () => organizationRows(world),
    },
    {
      table: 'member',
      columns: ['id', 'organization_id', 'email', 'name', 'role', 'created_at'],
      total: organizations.reduce((sum, { members }) => sum + members, 0),
      rows: () => memberRows(world),
    },
    {
      table: 'project',
      columns: ['id', 'organization_id', 'owner_id', 'name', 'description', 'status', 'created_at', 'updated_at'],
      total: world.projectCreatedAt.length,
      rows: () => projectRows(world),
    },
  ];
}

function* organizationRows({ seed, anchor, organizations }: World): Generator<string> {
  const id = identifiers(seed, 'organization');
  for (const index of organizations.keys()) {
    const isLast = index === organizations.length - 1;
    const name = isLast ? 'Just founded' : (NAMES[index] ?? `Organization ${index + 1}`);
    yield `${id(index)}\t${name}\torganization-${index + 1}\t${instantText(anchor - 800 * DAY + index * DAY)}`;
  }
}

/** The first is an owner, the second an admin; of the others one in ten is an admin. */
function* memberRows({ seed, anchor, organizations }: World): Generator<string> {
  const random = new Random(seed, 2);
  const id = identifiers(seed, 'member');
  const organizationId = identifiers(seed, 'organization');
  for (const [index, { members, firstMember }] of organizations.entries()) {
    for (let own = 0; own < members; own++) {
      const name = `${random.pick(GIVEN_NAMES)} ${random.pick(FAMILY_NAMES)}`;
      const isAdmin = random.chance(0.1);
      const role = own === 0 ? 'owner' : own === 1 || (isAdmin && own > 2) ? 'admin' : 'member';
      const email = index + own === 0 ? DEMO_EMAIL : `member.${own + 1}@organization-${index + 1}.example`;
      const created = anchor - 700 * DAY + Math.floor(random.unit() * 200 * DAY);
      yield `${id(firstMember + own)}\t${organizationId(index)}\t${email}\t${name}\t${role}\t${instantText(created)}`;
    }
  }
}

function* projectRows({ seed, anchor, organizations, projectCreatedAt }: World): Generator<string> {
  const random = new Random(seed, 3);
  const id = identifiers(seed, 'project');
  const memberId = identifiers(seed, 'member');
  const organizationId = identifiers(seed, 'organization');
  for (const [index, { projects, firstProject, members, firstMember }] of organizations.entries()) {
    for (let project = firstProject; project < firstProject + projects; project++) {
      const created = projectCreatedAt[project] ?? anchor;
      const updated = random.chance(0.4) ? created : created + Math.floor(random.unit() * (anchor - created));
      yield [
        id(project),
        organizationId(index),
        memberId(firstMember + random.zipf(members)),
        `${random.pick(PROJECT_NAMES)} ${project - firstProject + 1}`,
        random.chance(0.3) ? '' : 'What this project is about.',
        random.chance(0.2) ? 'archived' : 'active',
        instantText(created),
        instantText(updated),
      ].join('\t');
    }
  }
}
