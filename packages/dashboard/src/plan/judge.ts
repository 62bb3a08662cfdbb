import { attribute, flatten, type PlanNode } from './attribute.ts';
import type { RawNode } from './read-plan.ts';

export type Measured = 'time' | 'buffers' | 'cost';

export interface JudgedPlan {
  readonly root: PlanNode;
  readonly nodes: readonly PlanNode[];
  /** What is compared: time where EXPLAIN ran the query, else the estimate. */
  readonly by: Measured;
  readonly available: readonly Measured[];
  readonly total: number;
  /** The node with most of it. */
  readonly expensive: PlanNode;
}

const READ: Readonly<Record<Measured, (node: PlanNode) => number | null>> = {
  time: ({ ownTime }) => ownTime,
  buffers: ({ ownBuffers }) => ownBuffers,
  cost: ({ ownCost }) => ownCost,
};

export const ownOf = (node: PlanNode, by: Measured): number => READ[by](node) ?? 0;

export function judge(raw: RawNode, wanted?: Measured): JudgedPlan {
  const root = attribute(raw);
  const nodes = flatten(root);
  const available = (['time', 'buffers', 'cost'] as const).filter((by) =>
    nodes.some((node) => READ[by](node) !== null),
  );
  const by = wanted !== undefined && available.includes(wanted) ? wanted : (available[0] ?? 'cost');
  const own = (node: PlanNode) => ownOf(node, by);
  return {
    root,
    nodes,
    by,
    available,
    total: nodes.reduce((sum, node) => sum + own(node), 0),
    expensive: nodes.reduce((worst, node) => (own(node) > own(worst) ? node : worst), root),
  };
}

/** Estimates as far off as this make the planner choose the wrong way; research names 10. */
const FAR_OFF = 10;
const MANY_REMOVED = 1000;

/** What is worth saying about a node, in few words. */
export function remarks(node: PlanNode): readonly string[] {
  const { raw, rowsOff, actualRows, plannedRows, loops } = node;
  const read = (key: string): number => (typeof raw[key] === 'number' ? raw[key] : 0);
  const found: string[] = [];
  if (rowsOff !== null && rowsOff >= FAR_OFF && actualRows !== null) {
    const many = plannedRows * (loops ?? 1) < actualRows ? 'more' : 'fewer';
    found.push(`${Math.round(rowsOff).toLocaleString('en')} times ${many} rows than expected`);
  }
  const removed = read('Rows Removed by Filter') + read('Rows Removed by Index Recheck');
  const thrown = removed * (loops ?? 1);
  if (thrown >= MANY_REMOVED && thrown > 2 * (actualRows ?? 0)) {
    found.push(`read ${Math.round(thrown).toLocaleString('en')} rows only to leave them out`);
  }
  if (raw['Sort Space Type'] === 'Disk') found.push('sorted on disk');
  if (read('Hash Batches') > 1) found.push(`hashed in ${read('Hash Batches')} batches: memory did not suffice`);
  if (read('Temp Written Blocks') > 0 && found.length === 0) found.push('wrote temporary files');
  if (loops !== null && loops >= 1000 && actualRows !== null) found.push(`ran ${loops.toLocaleString('en')} times`);
  if (loops === 0) found.push('never ran');
  return found;
}

/** `Index Scan using call_pkey on call`, as EXPLAIN says it. */
export function titleOf({ raw }: PlanNode): { readonly kind: string; readonly on: string } {
  const text = (key: string): string => (typeof raw[key] === 'string' ? raw[key] : '');
  const join = text('Join Type');
  const strategy = text('Strategy') === 'Hashed' && raw['Node Type'] === 'Aggregate' ? 'Hash ' : '';
  const kind = [
    raw['Parallel Aware'] === true ? 'Parallel ' : '',
    text('Partial Mode') === 'Partial' ? 'Partial ' : '',
    strategy,
    raw['Node Type'],
    join === '' || join === 'Inner' ? '' : ` (${join.toLowerCase()})`,
  ].join('');
  const index = text('Index Name');
  const relation = text('Relation Name') || text('CTE Name') || text('Function Name');
  const alias = text('Alias');
  const on = [index, relation === '' ? '' : `on ${relation}`, alias === '' || alias === relation ? '' : alias];
  return { kind, on: on.filter((part) => part !== '').join(' ') };
}

const DETAILS = [
  'Subplan Name',
  'Index Cond',
  'Recheck Cond',
  'Hash Cond',
  'Merge Cond',
  'Join Filter',
  'Filter',
  'One-Time Filter',
  'Sort Key',
  'Presorted Key',
  'Group Key',
  'Cache Key',
  'Sort Method',
  'Order By',
] as const;

/** Conditions and keys, as EXPLAIN prints them below a node. */
export function detailsOf({ raw }: PlanNode): readonly (readonly [string, string])[] {
  return DETAILS.flatMap((key) => {
    const value = raw[key];
    if (typeof value === 'string') return [[key, value] as const];
    return Array.isArray(value) ? [[key, value.join(', ')] as const] : [];
  });
}
