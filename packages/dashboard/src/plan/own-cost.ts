import type { RawNode } from './read-plan.ts';

/**
 * What each step adds to the estimate, so that all of them together are the estimate of the whole. Estimates are not times: what runs often is estimated
 * for one run, a WITH is charged where it is declared, and a Limit pays for a part of what is below it.
 */
export function ownCosts(root: RawNode): ReadonlyMap<RawNode, number> {
  const own = new Map<RawNode, number>();
  /** `runs` may be less than one: a part of one. */
  const visit = (node: RawNode, runs: number): void => {
    const whole = costOf(node) * runs;
    const below = (node.Plans ?? []).map((child) => ({ child, runs: runs * runsOf(child, node) }));
    const sum = below.reduce((total, { child, runs: times }) => total + costOf(child) * times, 0);
    const paid = sum > whole ? whole / sum : 1;
    own.set(node, Math.max(0, whole - sum * paid));
    for (const { child, runs: times } of below) visit(child, times * paid);
  };
  visit(root, 1);
  return own;
}

const costOf = (node: RawNode): number => (typeof node['Total Cost'] === 'number' ? node['Total Cost'] : 0);

/** The inner side of a nested loop runs for each row of the outer one. */
function runsOf(child: RawNode, parent: RawNode): number {
  if (parent['Node Type'] !== 'Nested Loop' || child['Parent Relationship'] !== 'Inner') return 1;
  const outer = parent.Plans?.find((each) => each['Parent Relationship'] === 'Outer');
  const rows = outer?.['Plan Rows'];
  return typeof rows === 'number' ? Math.max(1, rows) : 1;
}
