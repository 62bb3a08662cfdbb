import { Failure } from '../errors/failure.ts';
import { conditionsOf } from './condition.ts';
import type { Condition } from './field.ts';
import { type TenantDeclaration, tenantKeyOf } from './tenant-key.ts';

/** Figures over the rows of one table, kept for each of their groups: what a dashboard shows without counting. */
export interface Summary {
  /** Its table; `<name>_delta_0` and `_delta_1` hold what is not folded yet, `<name>_figures(…)` is what readers call. */
  readonly name: string;
  readonly table: string;
  /** The column that every row belongs by; none where the table has no tenants. */
  readonly tenants: readonly string[];
  readonly deleted: string | null;
  /** Rows that count. */
  readonly where: readonly Condition[];
  readonly groups: readonly Group[];
  readonly figures: readonly SummaryFigure[];
  /** One of two groups is kept in order of a figure, over the last days. */
  readonly best: Best | null;
}

export interface Best {
  /** The group that is ranked, and the one that says of which day a row is. */
  readonly of: string;
  readonly since: string;
  readonly by: string;
  readonly days: number;
}

/** What rows are told apart by: a column's value, or the UTC day of an instant. A row that has none is in no group. */
export interface Group {
  readonly name: string;
  readonly column: string;
  readonly of: 'value' | 'day';
}

export interface SummaryFigure {
  readonly name: string;
  /** Exact product of columns, summed up, where a null counts 0; null: how many rows. */
  readonly factors: readonly string[] | null;
  readonly where: readonly Condition[];
}

type Where<C extends string> = Readonly<Partial<Record<C, string | readonly [string, ...string[]]>>>;

export interface SummaryDeclaration<C extends string> {
  readonly name: string;
  /** As a resource says it: a column, two, or `'none'` where rows belong to nobody. */
  readonly tenant: TenantDeclaration<C>;
  readonly deleted?: C;
  /** Rows that count: a column's value, or several of which it has to be one. */
  readonly where?: Where<C>;
  /** Without any the whole table, or the whole tenant, is one group. */
  readonly groups?: Readonly<Record<string, C | { readonly day: C }>>;
  readonly figures: Readonly<
    Record<string, 'count' | { readonly sum?: C | readonly [C, ...C[]]; readonly where?: Where<C> }>
  >;
  /** `{ of: 'product_id', by: 'revenue', since: 'day', days: 30 }`: `<name>_best` reads the first of them. */
  readonly best?: Best;
}

/** @throws DECL_INVALID */
export function summaryOf<C extends string>(table: string, declaration: SummaryDeclaration<C>): Summary {
  const { name, tenant, deleted = null, where = {}, groups = {}, figures, best = null } = declaration;
  const { column, none } = tenantKeyOf(name, tenant);
  const summary: Summary = {
    name,
    table,
    tenants: none ? [] : [column],
    deleted,
    where: conditionsOf(where),
    groups: Object.entries<C | { readonly day: C }>(groups).map(([group, by]) =>
      typeof by === 'string' ? { name: group, column: by, of: 'value' } : { name: group, column: by.day, of: 'day' },
    ),
    figures: Object.entries<'count' | { readonly sum?: C | readonly C[]; readonly where?: Where<C> }>(figures).map(
      ([figure, measure]) => {
        const { sum, where: counted = {} } = measure === 'count' ? {} : measure;
        const factors = sum === undefined ? null : typeof sum === 'string' ? [sum] : sum;
        return { name: figure, factors, where: conditionsOf(counted) };
      },
    ),
    best,
  };
  checkSummary(summary);
  return Object.freeze(summary);
}

/** Columns of its tables, and what its functions call theirs. */
const RESERVED: ReadonlySet<string> = new Set(
  'rows folded generation writer at whole place places own result snapshot start first_day kept_day since_day most upto state oldest current known before'.split(
    ' ',
  ),
);

function checkSummary({ name, tenants, groups, figures, best }: Summary): void {
  const names = [...tenants, ...groups.map((group) => group.name), ...figures.map((figure) => figure.name)];
  const odd = [name, ...names].find((one) => !/^[a-z][a-z0-9_]{0,39}$/.test(one));
  if (odd !== undefined)
    refuse(name, `calls something ${odd}`, 'Name a summary, its groups and figures in small letters, 40 at most.');
  const taken = names.find((one, index) => RESERVED.has(one) || names.indexOf(one) !== index);
  if (taken !== undefined)
    refuse(name, `has more than one column ${taken}`, `Rename it; its own are ${[...RESERVED].join(', ')}.`);
  if (best === null) return;
  const named = groups.map((group) => group.name);
  if (named.length !== 2 || best.of === best.since || ![best.of, best.since].every((group) => named.includes(group)))
    refuse(
      name,
      'ranks something else than one of two groups',
      'Group by what is ranked and by its day, and nothing else.',
    );
  if (!figures.some((figure) => figure.name === best.by))
    refuse(name, `ranks by ${best.by}, which it does not keep`, 'Name one of its figures.');
  if (!Number.isInteger(best.days) || best.days < 1)
    refuse(name, `ranks over ${best.days} days`, 'Name a whole number of days, 1 at least.');
}

function refuse(resource: string, problem: string, remedy: string): never {
  throw new Failure('DECL_INVALID', { values: { resource, problem, remedy } });
}
