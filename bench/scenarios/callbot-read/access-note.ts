import type { Explanation } from 'altiplano/testing';

/** How the plan finds its rows and whether its bound held, in a few words. */
export function describeExplanation({ plan, bound }: Explanation): string {
  const promise = `bound ${plan.bound.buffers} ${bound}`;
  if (plan.kind !== 'list') return promise;
  const { access, selection } = plan;
  const counted = access.kind !== 'bitmap' && selection !== null ? ', counted by bitmaps' : '';
  return `${describeAccess(access)}${counted}; ${promise}`;
}

type ListPlan = Extract<Explanation['plan'], { kind: 'list' }>;

function describeAccess(access: ListPlan['access']): string {
  switch (access.kind) {
    case 'nothing':
      return 'no row can match';
    case 'walk':
      return access.isChecked ? 'walk, rows checked' : 'walk';
    case 'ordered': {
      const by = access.walk.kind === 'column' ? 'index of the order' : `rollup ${access.walk.rollup.name}`;
      return access.isChecked ? `${by}, rows checked` : by;
    }
    case 'ranked':
      return 'trigrams, best first';
    case 'bitmap':
      return 'bitmaps';
  }
}
