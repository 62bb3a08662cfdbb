import { SORTED, WALKED } from '../plan/ordering.ts';
import type { Access, ListPlan } from '../plan/plan.ts';
import { hitsInOrder } from './bitmap/order.ts';
import { columnWalk } from './column-order.ts';
import { figureWalk, unfoldedTables } from './figure-order.ts';
import type { Page } from './page.ts';
import { predicate } from './predicate.ts';
import type { Scope } from './scope.ts';
import { commonTable, indent, where } from './text.ts';

type Ordered = Extract<Access, { kind: 'ordered' }>;

/** One walk in the order asked for, as the tables that end in the one called `label`. */
export interface Walk {
  readonly label: string;
  /** Conditions on the row `t`. */
  readonly checks: readonly string[];
  /** What must hold for the walk to begin at all. */
  readonly gates: readonly string[];
  /** Entries it looks at; null: until the page is full. */
  readonly entries: number | null;
  /** Placeholder of how many rows to leave out first. */
  readonly offset: string | null;
}

/**
 * A page in another order than the default one. Rows that match are found by the order's index if they are frequent, by
 * their bitmaps if they are few, and in between by the index again, to its end: only that has no bound.
 * @param raw what the names of the bitmaps' tables of candidates begin with
 */
export function orderedTables(scope: Scope, page: Page, plan: ListPlan, raw: string): readonly string[] {
  const access = plan.access as Ordered;
  const [first] = plan.target.order;
  const checks = plan.conditions
    .filter((one) => one.kind !== 'compare' || one.column !== first?.column) // these bound the walk itself
    .map((one) => predicate(scope, one));
  const offset = plan.offset === null ? null : scope.parameters.bind(plan.offset, 'bigint');
  const tables = access.walk.kind === 'figure' ? unfoldedTables(scope, access.walk) : [];
  const walked = walker(scope, page, access);
  if (!access.isChecked || plan.selection === null || offset !== null)
    return [...tables, ...walked({ label: 'page', checks, gates: [], entries: null, offset })];

  const missed = `(select count(*) from walked) < ${page.rows}`;
  const few = '(select f.yes from few f)';
  const looked = plan.checks.map((one) => predicate(scope, one));
  const hits = hitsInOrder(scope, page, { selection: plan.selection, access, checks: looked, moved: checks, raw });
  return [
    ...tables,
    ...walked({ label: 'walked', checks, gates: [], entries: WALKED[access.walk.kind], offset }),
    commonTable('few', fewHits(raw)),
    commonTable('sorted', `select * from (\n${indent(hits)}\n) h\n${where([missed, few])}`),
    ...walked({ label: 'rest', checks, gates: [missed, `not ${few}`], entries: null, offset }),
    commonTable(
      'page',
      [`select * from walked\nwhere not ${missed}`, 'select * from sorted', 'select * from rest'].join('\nunion all\n'),
    ),
  ];
}

/** Few rows are passed over only where nothing is checked: then each brings the row of the rollup that led to it. */
export function carriedBy({ access, offset }: ListPlan): string | null {
  const isWalked = access.kind === 'ordered' && !access.isChecked && offset === null;
  return isWalked && access.walk.kind === 'figure' ? access.walk.rollup.name : null;
}

function walker(scope: Scope, page: Page, { walk }: Ordered): (walk: Walk) => readonly string[] {
  return walk.kind === 'column'
    ? (options) => columnWalk(scope, page, options)
    : (options) => figureWalk(scope, page, walk, options);
}

function fewHits(raw: string): string {
  return [
    `select coalesce((select sum(bit_count(h.hit)) from ${raw}hits h), 0)`,
    `  + (select count(*) from ${raw}fresh f where f.hit) <= ${SORTED} as yes`,
  ].join('\n');
}
