import { ownCosts } from './own-cost.ts';
import type { RawNode } from './read-plan.ts';
import { findShared, isShared } from './shared-nodes.ts';

/** What a node did itself, without the nodes below it; null where EXPLAIN was not asked to say. */
export interface PlanNode {
  readonly raw: RawNode;
  /** Its place among all nodes, as they are drawn, from 0. */
  readonly index: number;
  readonly depth: number;
  readonly children: readonly PlanNode[];
  /** Milliseconds. */
  readonly ownTime: number | null;
  /** Pages of 8 kB, found in memory or read. */
  readonly ownBuffers: number | null;
  readonly ownCost: number;
  /** Of all its runs together. */
  readonly actualRows: number | null;
  readonly plannedRows: number;
  readonly loops: number | null;
  /** How many times too many or too few rows were expected; 1 is right. */
  readonly rowsOff: number | null;
}

/** Own figures of every node, by taking from each what the nodes below it took. */
export function attribute(root: RawNode): PlanNode {
  const shared = findShared(root);
  const costs = ownCosts(root);
  let index = 0;
  const visit = (raw: RawNode, depth: number, processes: number): PlanNode => {
    const place = index;
    index += 1;
    // Below a Gather times are means of each process, and loops count them all.
    const inside = processes * (1 + (numberOf(raw, 'Workers Launched') ?? 0));
    const children = raw.Plans ?? [];
    const own = (read: (node: RawNode, among: number) => number | null): number | null => {
      const whole = read(raw, processes);
      if (whole === null) return null;
      const inner = (node: RawNode) => read(node, inside);
      const below = children.filter((child) => !isShared(child)).map((child) => inner(child) ?? 0);
      return Math.max(0, whole - below.reduce((sum, each) => sum + each, shared(raw, inner)));
    };
    return {
      raw,
      index: place,
      depth,
      children: children.map((child) => visit(child, depth + 1, inside)),
      ownTime: own(timeOf),
      ownBuffers: own(buffersOf),
      ownCost: costs.get(raw) ?? 0,
      ...rowsOf(raw),
    };
  };
  return visit(root, 0, 1);
}

export function numberOf(node: RawNode, key: string): number | null {
  const value = node[key];
  return typeof value === 'number' ? value : null;
}

export function timeOf(node: RawNode, processes: number): number | null {
  const time = numberOf(node, 'Actual Total Time');
  if (time === null) return null;
  const loops = numberOf(node, 'Actual Loops') ?? 1;
  return processes > 1 ? time * Math.max(1, loops / processes) * (loops > 0 ? 1 : 0) : time * loops;
}

function buffersOf(node: RawNode): number | null {
  const [hit, read] = [numberOf(node, 'Shared Hit Blocks'), numberOf(node, 'Shared Read Blocks')];
  return hit === null && read === null ? null : (hit ?? 0) + (read ?? 0);
}

function rowsOf(node: RawNode): Pick<PlanNode, 'actualRows' | 'plannedRows' | 'loops' | 'rowsOff'> {
  const plannedRows = numberOf(node, 'Plan Rows') ?? 0;
  const loops = numberOf(node, 'Actual Loops');
  const perLoop = numberOf(node, 'Actual Rows');
  const known = perLoop !== null && loops !== null && loops > 0;
  return {
    plannedRows,
    loops,
    actualRows: known ? perLoop * loops : loops === 0 ? 0 : null,
    // Below one row nothing is off: half a row is how a mean says seldom.
    rowsOff: known ? ratio(Math.max(perLoop, 1), Math.max(plannedRows, 1)) : null,
  };
}

const ratio = (a: number, b: number): number => (a > b ? a / b : b / a);

export function flatten(node: PlanNode): readonly PlanNode[] {
  return [node, ...node.children.flatMap(flatten)];
}
