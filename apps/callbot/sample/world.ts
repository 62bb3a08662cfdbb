import { choices, DAY, type Instant, Random } from 'altiplano/sample';

export interface Volume {
  readonly customers: number;
  readonly calls: number;
  readonly workspaces: number;
}

/** A workspace's own rows among those of all: `first…` is the index of its first one. */
export interface Workspace {
  readonly customers: number;
  readonly employees: number;
  readonly firstEmployee: number;
  readonly labels: number;
  readonly firstLabel: number;
  readonly campaigns: number;
  readonly firstCampaign: number;
}

/** What rows of different tables must agree on, decided before the first one is written. */
export interface World {
  readonly seed: number;
  readonly anchor: Instant;
  readonly calls: number;
  /** The biggest first, a tiny one, and at last one without customers. */
  readonly workspaces: readonly Workspace[];
  /** By customer, in the order of `createdAt`. */
  readonly workspaceOf: Uint16Array;
  readonly createdAt: Float64Array;
  readonly deleted: Uint8Array;
  /** First enrolment of each customer; one more entry ends the last customer's. */
  readonly firstEnrolment: Uint32Array;
}

const CUSTOMER_SPAN = 730 * DAY;
const ENROLMENTS = choices([0, 70], [1, 14], [2, 8], [3, 5], [5, 2], [9, 1]);

export function createWorld(seed: number, anchor: Instant, volume: Volume): World {
  const sizes = workspaceSizes(volume);
  const random = new Random(seed, 1);
  const workspaceOf = shuffledWorkspaces(random, sizes, volume.customers);
  const createdAt = new Float64Array(volume.customers);
  const deleted = new Uint8Array(volume.customers);
  const firstEnrolment = new Uint32Array(volume.customers + 1);
  let sameInstant = 0;
  for (let customer = 0; customer < volume.customers; customer++) {
    // Now and then an import: a batch of customers with one created_at.
    if (sameInstant === 0 && random.chance(0.003)) sameInstant = 2 + random.below(40);
    const spread = anchor - CUSTOMER_SPAN + Math.floor(((customer + random.unit()) / volume.customers) * CUSTOMER_SPAN);
    createdAt[customer] = sameInstant > 0 && customer > 0 ? (createdAt[customer - 1] ?? spread) : spread;
    if (sameInstant > 0) sameInstant -= 1;
    deleted[customer] = random.chance(0.03) ? 1 : 0;
    firstEnrolment[customer + 1] = (firstEnrolment[customer] ?? 0) + random.weighted(ENROLMENTS);
  }
  return {
    seed,
    anchor,
    calls: volume.calls,
    workspaces: layOut(sizes),
    workspaceOf,
    createdAt,
    deleted,
    firstEnrolment,
  };
}

/** Four fifths in the first, the others by Zipf's law, three customers in the last of them if it has company; then none. */
export function workspaceSizes({ customers, workspaces }: Volume): number[] {
  const sizes = [workspaces === 1 ? customers : Math.max(1, Math.floor(customers * 0.8))];
  const tiny = workspaces > 2 ? Math.min(3, Math.max(1, customers - workspaces)) : 0;
  const middle = workspaces - 1 - (tiny > 0 ? 1 : 0);
  const harmonic = Array.from({ length: middle }, (_, rank) => 1 / (rank + 1)).reduce((sum, share) => sum + share, 0);
  const rest = customers - (sizes[0] ?? 0) - tiny;
  for (let rank = 0; rank < middle; rank++) sizes.push(Math.max(0, Math.floor(rest / harmonic / (rank + 1))));
  if (tiny > 0) sizes.push(tiny);
  sizes[0] = (sizes[0] ?? 0) + customers - sizes.reduce((sum, size) => sum + size, 0);
  return [...sizes, 0];
}

function layOut(sizes: readonly number[]): Workspace[] {
  let firstEmployee = 0;
  let firstLabel = 0;
  let firstCampaign = 0;
  return sizes.map((customers) => {
    const employees = customers >= 500 ? 20 : 3;
    const labels = customers >= 500 ? 60 : 4;
    const campaigns = customers >= 500 ? 24 : 3;
    const workspace = { customers, employees, firstEmployee, labels, firstLabel, campaigns, firstCampaign };
    firstEmployee += employees;
    firstLabel += labels;
    firstCampaign += campaigns;
    return workspace;
  });
}

function shuffledWorkspaces(random: Random, sizes: readonly number[], customers: number): Uint16Array {
  const workspaceOf = new Uint16Array(customers);
  let next = 0;
  for (const [workspace, size] of sizes.entries()) {
    workspaceOf.fill(workspace, next, next + size);
    next += size;
  }
  for (let last = customers - 1; last > 0; last--) {
    const other = random.below(last + 1);
    const kept = workspaceOf[last] ?? 0;
    workspaceOf[last] = workspaceOf[other] ?? 0;
    workspaceOf[other] = kept;
  }
  return workspaceOf;
}
