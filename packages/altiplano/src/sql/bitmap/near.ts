import { isDescending, type Scope } from '../scope.ts';
import { commonTable, indent, where } from '../text.ts';
import { hitsOf } from './hits.ts';
import { stretchTables } from './stretch.ts';
import type { Terms } from './terms.ts';

/**
 * `hits` of the segments where reading begins, and `far_hits` of all that follow: tables are made when they are first asked
 * for, so these are for pages that the near ones do not fill. Bins are read for all segments at once, and have no near ones.
 */
export function nearTables(scope: Scope, terms: Terms): readonly string[] {
  const { near } = terms.selection;
  const source = terms.selection.window.length > 0 ? 'stretch' : 'segments';
  const [direction, follows, end] = isDescending(scope) ? [' desc', '<', 'first'] : ['', '>', 'last'];
  const begun = scope.position === null ? [] : [`s.segment ${follows}= (select b.segment from start b)`];
  const first = [
    `select s.segment from ${source} s`,
    ...(begun.length > 0 ? [where(begun)] : []),
    `order by s.segment${direction}`,
    `limit ${near}`,
  ].join('\n');
  const ends = 'select min(s.segment) as first, max(s.segment) as last';
  return [
    ...stretchTables(scope, terms.selection),
    commonTable('near', `${ends}\nfrom (\n${indent(first)}\n) s`),
    ...hitsOf(scope, terms, [], { current: 'current', hits: 'hits', among: 'near' }),
    commonTable('far', `${ends}\nfrom ${source} s\nwhere s.segment ${follows} (select n.${end} from near n)`),
    ...hitsOf(scope, terms, [], { current: 'far_current', hits: 'far_hits', among: 'far' }),
  ];
}
