import type { Explanation } from 'altiplano/testing';

/** How the plan finds its rows and whether its bound held, in a few words. */
export function describeExplanation({ plan, bound }: Explanation): string {
  const promise = `bound ${plan.bound.buffers} ${bound}`;
  if (plan.kind !== 'list') return promise;
  const { access } = plan;
  switch (access.kind) {
    case 'nothing':
      return `no row can match; ${promise}`;
    case 'walk':
      return `walk ${describePath(access.path)}; ${promise}`;
    case 'tries': {
      const tries = access.tries.map(({ path }) => describePath(path)).join(' | ');
      return `${tries === '' ? '' : `try ${tries}, `}last ${describePath(access.last)}; ${promise}`;
    }
  }
}

type ListPlan = Extract<Explanation['plan'], { kind: 'list' }>;
type Tries = Extract<ListPlan['access'], { kind: 'tries' }>;

function describePath(path: Tries['tries'][number]['path']): string {
  switch (path.kind) {
    case 'page':
      return 'page';
    case 'columns':
      return `${path.columns.map(({ column }) => column).join('+')} ×${path.branches}`;
    case 'postings':
      return `postings ×${path.terms.length}`;
    case 'search':
      return 'search';
    case 'range':
      return `range ${path.column}`;
  }
}
