import { instantText, Random, type SampleTable } from 'altiplano/sample';
import { identifiers, type Organization, TASK_SPAN, type World } from './world.ts';

/** One task in so many was seen changing. */
const EVERY = 10;

/** What members are said to have done: founded projects, and moved some tasks on. */
export function trailTable(world: World): SampleTable {
  const columns = ['id', 'organization_id', 'at', 'actor_kind', 'actor_id', 'request_id', 'action', 'table_name'];
  return {
    table: 'audit_log',
    columns: [...columns, 'record_id', 'changes'],
    total: world.organizations.reduce((sum, { projects, tasks }) => sum + projects + Math.floor(tasks / EVERY), 0),
    rows: () => trailRows(world),
  };
}

function* trailRows(world: World): Generator<string> {
  const { seed, anchor, organizations, projectCreatedAt } = world;
  const random = new Random(seed, 5);
  const organizationId = identifiers(seed, 'organization');
  const memberId = identifiers(seed, 'member');
  const projectId = identifiers(seed, 'project');
  const taskId = identifiers(seed, 'task');
  let [id, firstTask] = [0, 0];
  const row = (organization: number, at: number, { members, firstMember }: Organization, rest: string) => {
    id += 1;
    const actor = memberId(firstMember + random.zipf(members));
    const request = random.next().toString(16).padStart(8, '0');
    return `${id}\t${organizationId(organization)}\t${instantText(at)}\tmember\t${actor}\tsample-${request}\t${rest}`;
  };
  for (const [index, organization] of organizations.entries()) {
    const { projects, firstProject, tasks } = organization;
    const founded = Array.from({ length: projects }, (_, own) => firstProject + own);
    founded.sort((one, other) => (projectCreatedAt[one] ?? 0) - (projectCreatedAt[other] ?? 0));
    for (const project of founded) {
      const changes = `{"id": [null, "${projectId(project)}"], "status": [null, "active"]}`;
      yield row(
        index,
        projectCreatedAt[project] ?? anchor,
        organization,
        `insert\tproject\t${projectId(project)}\t${changes}`,
      );
    }
    for (let own = EVERY; own <= tasks; own += EVERY) {
      const at = anchor - TASK_SPAN + Math.floor((own / tasks) * TASK_SPAN);
      const changes = random.chance(0.7) ? '{"status": ["todo", "done"]}' : '{"priority": ["normal", "high"]}';
      yield row(index, at, organization, `update\ttask\t${taskId(firstTask + own - 1)}\t${changes}`);
    }
    firstTask += tasks;
  }
}
