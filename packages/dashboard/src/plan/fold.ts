import { flatten, type PlanNode } from './attribute.ts';
import { type JudgedPlan, ownOf, remarks } from './judge.ts';

export interface Below {
  readonly steps: number;
  /** Of the whole. */
  readonly share: number;
}

/** A plan as long as that is read whole. */
const SHORT = 30;
const LITTLE = 0.01;
const FEW = 2;

/**
 * Of a long plan, which steps hide those below them, by their index: where all of them together are less than a hundredth, and there is nothing to be said
 * about any. The most expensive step is never hidden.
 */
export function foldPlan({ nodes, by, total, expensive, root }: JudgedPlan): ReadonlyMap<number, Below> {
  const folded = new Map<number, Below>();
  if (nodes.length <= SHORT) return folded;
  const visit = (node: PlanNode): void => {
    const below = flatten(node).slice(1);
    const own = below.reduce((sum, each) => sum + ownOf(each, by), 0);
    const share = total > 0 ? own / total : 0;
    const speaks = below.some((each) => each === expensive || remarks(each).some((remark) => remark !== NEVER_RAN));
    if (below.length > FEW && share < LITTLE && !speaks) folded.set(node.index, { steps: below.length, share });
    else for (const child of node.children) visit(child);
  };
  visit(root);
  return folded;
}

/** True of most branches of a plan that is made for many cases. */
const NEVER_RAN = 'never ran';
