import { DAY, type Instant, identifiersOf, Random } from 'altiplano/sample';

export const identifiers = identifiersOf('organization', 'member', 'project', 'task');

export interface Volume {
  readonly organizations: number;
  readonly members: number;
  readonly projects: number;
  readonly tasks: number;
}

/** An organization's own rows among those of all: `first…` is the index of its first one. */
export interface Organization {
  readonly members: number;
  readonly firstMember: number;
  readonly projects: number;
  readonly firstProject: number;
  readonly tasks: number;
}

/** What rows of different tables must agree on, decided before the first one is written. */
export interface World {
  readonly seed: number;
  readonly anchor: Instant;
  /** The biggest first, and at last one of a single owner without projects. */
  readonly organizations: readonly Organization[];
  /** Of each project, in the order of their numbers. */
  readonly projectCreatedAt: Float64Array;
}

const PROJECT_SPAN = 400 * DAY;
/** Tasks begin when all projects are there. */
export const TASK_SPAN = 330 * DAY;

export function createWorld(seed: number, anchor: Instant, volume: Volume): World {
  const random = new Random(seed, 1);
  const spread = PROJECT_SPAN - TASK_SPAN;
  const projectCreatedAt = Float64Array.from({ length: volume.projects }, (_, project) =>
    // Now and then two in one instant.
    project % 17 === 16 ? Number.NaN : anchor - PROJECT_SPAN + Math.floor(random.unit() * spread),
  );
  for (const [project, created] of projectCreatedAt.entries()) {
    if (Number.isNaN(created)) projectCreatedAt[project] = projectCreatedAt[project - 1] ?? anchor - PROJECT_SPAN;
  }
  return { seed, anchor, organizations: layOut(volume), projectCreatedAt };
}

function layOut(volume: Volume): Organization[] {
  const { organizations } = volume;
  const members = shares(volume.members, organizations, 1);
  const projects = shares(volume.projects, organizations, 1);
  const tasks = shares(volume.tasks, organizations, 0);
  let firstMember = 0;
  let firstProject = 0;
  const filled = members.map((count, index) => {
    const own = { members: count, firstMember, projects: projects[index] ?? 0, firstProject, tasks: tasks[index] ?? 0 };
    firstMember += own.members;
    firstProject += own.projects;
    return own;
  });
  return [...filled, { members: 1, firstMember, projects: 0, firstProject, tasks: 0 }];
}

/** Four fifths for the first, the others by Zipf's law, each at least `least`. */
export function shares(total: number, count: number, least: number): number[] {
  const harmonic = Array.from({ length: count - 1 }, (_, rank) => 1 / (rank + 1)).reduce((sum, one) => sum + one, 0);
  const rest = Math.floor((total - least * count) / 5);
  const others = Array.from({ length: count - 1 }, (_, rank) => least + Math.floor(rest / harmonic / (rank + 1)));
  return [total - others.reduce((sum, one) => sum + one, 0), ...others];
}
