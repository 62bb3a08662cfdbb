import type { ListPlan } from '../../plan/plan.ts';
import type { Selection } from '../../plan/selection.ts';
import { predicate } from '../predicate.ts';
import type { Scope } from '../scope.ts';
import { changeTables, freshTable } from './changes.ts';
import { bitmapCount } from './count.ts';
import { facetColumn, facetTables, facetTerms } from './facets.ts';
import { hitTables, variantsOf } from './hits.ts';
import { nearTables } from './near.ts';
import { offsetTables } from './position.ts';
import { RANKED_COUNT, rankedTables } from './ranked.ts';
import { bindTerms, gramsTable, namedTables } from './terms.ts';
import { verifiedTables } from './verified.ts';
import { startTables, walkTables } from './walk.ts';

/** What bitmaps add to a statement: its tables, the one called `page` among them if they find it, and two columns. */
export interface BitmapPart {
  readonly tables: readonly string[];
  readonly count: string;
  readonly facets: string;
  /** What the names of `hits` and `fresh` begin with before candidates were looked at. */
  readonly raw: string;
}

export function bitmapPart(
  scope: Scope,
  plan: ListPlan,
  selection: Selection,
  page: { readonly columns: readonly string[]; readonly rows: number },
): BitmapPart {
  const { offset, number, access } = plan;
  const facets = facetTerms(plan.facets, selection);
  const terms = bindTerms(
    scope,
    selection,
    facets.map(({ about }) => about),
  );
  const inexact = selection.search !== null && !selection.search.exact;
  const verified = inexact && (plan.count === 'exact' || facets.length > 0 || offset !== null);
  // Bound only where they are used: a parameter that no text names has no type.
  const looks = verified || access.kind === 'bitmap' || access.kind === 'ranked';
  const checks = looks ? plan.checks.map((condition) => predicate(scope, condition)) : [];
  const raw = verified ? 'raw_' : '';
  const walked = access.kind === 'bitmap' && offset === null;
  // Whoever counts reads all.
  const staged = walked && plan.count === 'none' && facets.length === 0 && selection.comparisons.length === 0;
  const walk = { terms, columns: page.columns, checks, rows: page.rows, staged };
  return {
    tables: [
      ...namedTables(scope, terms),
      ...gramsTable(terms),
      ...changeTables(scope, terms, facets),
      ...(walked ? startTables(scope, selection.bitmap) : []),
      ...(staged ? nearTables(scope, terms) : hitTables(scope, terms, facets, `${raw}hits`)),
      freshTable(scope, terms, facets, `${raw}fresh`),
      ...(verified
        ? verifiedTables(
            scope,
            terms,
            variantsOf(facets).map(({ label }) => label),
            checks,
          )
        : []),
      ...facetTables(scope, selection, facets),
      ...(access.kind === 'ranked' ? rankedTables(scope, terms, { ...page, access, checks, offset }) : []),
      ...(access.kind !== 'bitmap'
        ? []
        : offset === null
          ? walkTables(scope, walk)
          : offsetTables(scope, walk, offset, number?.lenient ?? false)),
    ],
    count: access.kind === 'ranked' && plan.count !== 'none' ? RANKED_COUNT : bitmapCount(plan, verified),
    facets: verified
      ? `case when (select v.yes from verifiable v) then ${facetColumn(scope, facets)} end`
      : facetColumn(scope, facets),
    raw,
  };
}
