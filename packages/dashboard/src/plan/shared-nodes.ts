import type { RawNode } from './read-plan.ts';

type Measure = (node: RawNode) => number | null;

/**
 * A WITH that is kept hangs below the node that declares it, but runs while the CTE Scans that read it do: its figures are in theirs. Which of several
 * scans made it run is not said; the one with most did, as the others found it there. What is more than that one has is the next one's.
 */
export function findShared(root: RawNode): (scan: RawNode, measure: Measure) => number {
  const declared = new Map<string, RawNode>();
  const scans = new Map<string, RawNode[]>();
  const visit = (node: RawNode): void => {
    if (isShared(node)) declared.set(String(node['Subplan Name']).slice(PREFIX.length), node);
    const name = scanned(node);
    if (name !== null) scans.set(name, [...(scans.get(name) ?? []), node]);
    for (const child of node.Plans ?? []) visit(child);
  };
  visit(root);
  return (scan, measure) => {
    const name = scanned(scan);
    const node = name === null ? undefined : declared.get(name);
    if (name === null || node === undefined) return 0;
    let left = measure(node) ?? 0;
    const readers = (scans.get(name) ?? []).map((each) => [each, measure(each) ?? 0] as const);
    for (const [reader, value] of readers.sort(([, a], [, b]) => b - a)) {
      const taken = Math.min(left, value);
      if (reader === scan) return taken;
      left -= taken;
    }
    return 0;
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
