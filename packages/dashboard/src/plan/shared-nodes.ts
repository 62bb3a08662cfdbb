import type { RawNode } from './read-plan.ts';

/** A node whose figures are in another's, and how much of them. */
export interface Taken {
  readonly node: RawNode;
  readonly share: number;
}

/**
 * A WITH that is kept hangs below the node that declares it, but runs while the CTE Scans that read it do: its figures are in theirs. Which of
 * several scans made it run is not said, so each bears its share by its own time.
 */
export function findShared(root: RawNode): (scan: RawNode) => readonly Taken[] {
  const declared = new Map<string, RawNode>();
  const scans = new Map<string, RawNode[]>();
  const visit = (node: RawNode): void => {
    if (isShared(node)) declared.set(String(node['Subplan Name']).slice(PREFIX.length), node);
    const name = scanned(node);
    if (name !== null) scans.set(name, [...(scans.get(name) ?? []), node]);
    for (const child of node.Plans ?? []) visit(child);
  };
  visit(root);
  return (scan) => {
    const name = scanned(scan);
    const node = name === null ? undefined : declared.get(name);
    if (name === null || node === undefined) return [];
    const weights = (scans.get(name) ?? []).map((each) => [each, weightOf(each)] as const);
    const sum = weights.reduce((total, [, weight]) => total + weight, 0);
    const own = weights.find(([each]) => each === scan)?.[1] ?? 0;
    return [{ node, share: sum > 0 ? own / sum : 1 / weights.length }];
  };
}

const PREFIX = 'CTE ';

export function isShared(node: RawNode): boolean {
  const name = node['Subplan Name'];
  return typeof name === 'string' && name.startsWith(PREFIX);
}

function scanned(node: RawNode): string | null {
  const name = node['CTE Name'];
  return node['Node Type'] === 'CTE Scan' && typeof name === 'string' ? name : null;
}

function weightOf(node: RawNode): number {
  const [time, loops, cost] = [node['Actual Total Time'], node['Actual Loops'], node['Total Cost']];
  if (typeof time === 'number') return time * (typeof loops === 'number' ? loops : 1);
  return typeof cost === 'number' ? cost : 0;
}
