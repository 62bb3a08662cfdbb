/** A node of EXPLAIN (FORMAT JSON); figures of what was run are there with ANALYZE only. */
export interface PlanNode {
  readonly 'Node Type': string;
  readonly 'Relation Name'?: string;
  readonly Schema?: string;
  readonly Alias?: string;
  readonly 'Index Cond'?: string;
  readonly Filter?: string;
  readonly 'Sort Key'?: readonly string[];
  readonly 'Sort Space Type'?: string;
  readonly 'Sort Space Used'?: number;
  readonly 'Plan Rows': number;
  readonly 'Plan Width'?: number;
  readonly 'Actual Rows'?: number;
  readonly 'Actual Loops'?: number;
  readonly 'Rows Removed by Filter'?: number;
  readonly Plans?: readonly PlanNode[];
}

/** A node and those around it, the innermost first. */
export interface PlacedNode {
  readonly node: PlanNode;
  readonly around: readonly PlanNode[];
}

/** Of what the database answered; null where it is no plan. */
export function rootOf(plan: unknown): PlanNode | null {
  const [first] = Array.isArray(plan) ? plan : [];
  const root = typeof first === 'object' && first !== null ? (first as { Plan?: unknown }).Plan : undefined;
  return typeof root === 'object' && root !== null ? (root as PlanNode) : null;
}

/** Every node, parents before children. */
export function nodesOf(root: PlanNode, around: readonly PlanNode[] = []): readonly PlacedNode[] {
  const inside = (root.Plans ?? []).flatMap((child) => nodesOf(child, [root, ...around]));
  return [{ node: root, around }, ...inside];
}

/** A table read through any of the scans that have a table. */
export const isScan = ({ 'Node Type': type }: PlanNode): boolean =>
  ['Seq Scan', 'Index Scan', 'Bitmap Heap Scan', 'Index Only Scan'].includes(type);
