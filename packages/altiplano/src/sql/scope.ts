import type { Predicate, Target } from '../plan/plan.ts';
import type { Position } from '../request/request.ts';
import { Parameters } from './parameters.ts';
import { name } from './text.ts';

/** What every part of one statement shares: where it reads, for whom, from which place and in which direction. */
export interface Scope {
  readonly target: Target;
  readonly parameters: Parameters;
  /** Placeholder of the tenant. */
  readonly tenant: string;
  /** Expression for the request's now. */
  readonly instant: string;
  readonly backward: boolean;
  readonly position: Position | null;
  readonly positionValues: readonly string[];
  /** Conditions on the first order column. */
  readonly window: readonly Extract<Predicate, { kind: 'compare' }>[];
}

export interface ScopeOptions {
  readonly target: Target;
  readonly position?: Position | null;
  readonly conditions?: readonly Predicate[];
  readonly instant?: string | null;
}

export function openScope({ target, position = null, conditions = [], instant = null }: ScopeOptions): Scope {
  const parameters = new Parameters();
  const tenant = parameters.bind(target.tenant.value, 'uuid');
  return {
    target,
    parameters,
    tenant,
    instant: instant === null ? 'now()' : parameters.bind(instant, 'timestamptz'),
    backward: position !== null && (position.reading === 'before' || position.reading === 'upto'),
    position,
    positionValues: (position?.values ?? []).map((value, index) =>
      parameters.bind(value, target.order[index]?.type ?? 'text'),
    ),
    window: conditions
      .filter((condition) => condition.kind === 'compare')
      .filter(({ column }) => column === target.order[0]?.column),
  };
}

export function table(scope: Pick<Scope, 'target'>, of: string = scope.target.table): string {
  return `${name(scope.target.schema)}.${name(of)}`;
}

/** `order by`, in reading direction, over the given expressions of the order columns. */
export function orderBy(scope: Scope, expressions: readonly string[], backward = scope.backward): string {
  const parts = expressions.map((expression, index) => {
    const descending = (scope.target.order[index]?.direction === 'desc') !== backward;
    return descending ? `${expression} desc` : expression;
  });
  return `order by ${parts.join(', ')}`;
}

/** The order columns of a table alias; the key may go by another name there. */
export function orderColumns(scope: Scope, alias: string, key = scope.target.key): readonly string[] {
  return scope.target.order.map(({ column }) => `${alias}.${name(column === scope.target.key ? key : column)}`);
}

/**
 * `order by` for a walk where some leading columns of the index are null. An equality makes a column redundant for the
 * planner, `is null` does not: unless it is named, every row of the branch is read and sorted.
 */
export function orderByNulls(scope: Scope, nulls: readonly string[], expressions: readonly string[]): string {
  // The index has these columns ascending; it is read backward when the order columns are read against their direction.
  const leading = nulls.map((column) => (scope.backward ? `${column} desc` : column));
  return orderBy(scope, expressions).replace(
    'order by ',
    `order by ${leading.map((column) => `${column}, `).join('')}`,
  );
}

/** The rows between the position and the end, inside the window: an index can start and stop at each. */
export function keyRange(scope: Scope, columns: readonly string[], from = scope.position): readonly string[] {
  const [first = ''] = columns;
  const window = scope.window.map(
    ({ comparison, value, type }) => `${first} ${comparison} ${scope.parameters.bind(value, type)}`,
  );
  if (from === null) return window;
  const descending = scope.target.order[0]?.direction === 'desc';
  const comparison = `${descending !== scope.backward ? '<' : '>'}${from.reading === 'from' || from.reading === 'upto' ? '=' : ''}`;
  return [...window, `(${columns.join(', ')}) ${comparison} (${scope.positionValues.join(', ')})`];
}

/** Tenant and visibility: in every scan of the resource's table, whatever path led there. */
export function visible(scope: Scope, alias = 't'): readonly string[] {
  const { tenant, deleted } = scope.target;
  return [`${alias}.${name(tenant.column)} = ${scope.tenant}`, `not ${alias}.${name(deleted)}`];
}
