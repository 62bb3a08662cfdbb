import { COPY_NULL, choices, DAY, instantText, Random, type SampleTable } from 'altiplano/sample';
import { DESCRIPTIONS, ODD_TITLES, THINGS, VERBS } from './texts.ts';
import { identifiers, TASK_SPAN, type World } from './world.ts';

const STATUSES = choices(['todo', 45], ['done', 38], ['in_progress', 17]);
const PRIORITIES = choices(['normal', 60], ['low', 22], ['high', 14], ['urgent', 4]);

export const TASK_COLUMNS = [
  ...['id', 'organization_id', 'project_id', 'assignee_id', 'title', 'description'],
  ...['status', 'priority', 'due_date', 'created_at', 'updated_at'],
];

/** An organization after the other, each in the order of time; a few projects have most of the tasks. */
export function taskTable(world: World): SampleTable {
  const total = world.organizations.reduce((sum, { tasks }) => sum + tasks, 0);
  return { table: 'task', columns: TASK_COLUMNS, total, rows: () => taskRows(world) };
}

function* taskRows(world: World): Generator<string> {
  const { seed, anchor, organizations } = world;
  const random = new Random(seed, 4);
  const id = identifiers(seed, 'task');
  const organizationId = identifiers(seed, 'organization');
  const projectId = identifiers(seed, 'project');
  const memberId = identifiers(seed, 'member');
  let task = 0;
  for (const [index, { tasks, projects, firstProject, members, firstMember }] of organizations.entries()) {
    let created = 0;
    for (let own = 0; own < tasks; own++) {
      // One in a hundred shares its instant with the one before.
      if (own === 0 || !random.chance(0.01)) {
        created = anchor - TASK_SPAN + Math.floor(((own + random.unit()) / tasks) * TASK_SPAN);
      }
      const assignee = random.chance(0.2) ? COPY_NULL : memberId(firstMember + random.zipf(members));
      const updated = random.chance(0.3) ? created : created + Math.floor(random.unit() * (anchor - created));
      const due = random.chance(0.4) ? COPY_NULL : dateText(created + (random.below(100) - 10) * DAY);
      yield `${id(task)}\t${organizationId(index)}\t${projectId(firstProject + random.zipf(projects))}\t${assignee}\t${
        random.chance(0.005) ? random.pick(ODD_TITLES) : `${random.pick(VERBS)} ${random.pick(THINGS)} ${own + 1}`
      }\t${random.chance(0.5) ? '' : random.pick(DESCRIPTIONS)}\t${random.weighted(STATUSES)}\t${random.weighted(
        PRIORITIES,
      )}\t${due}\t${instantText(created)}\t${instantText(updated)}`;
      task += 1;
    }
  }
}

function dateText(instant: number): string {
  return instantText(instant).slice(0, 10);
}
