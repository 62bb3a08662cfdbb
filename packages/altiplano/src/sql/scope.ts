import type { Predicate, Target } from '../plan/plan.ts';
import type { Position } from '../request/request.ts';
import { Parameters } from './parameters.ts';
import { literal, name } from './text.ts';

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
  /** The rollup whose rows the page brings with it, since it was found by them: they have not to be looked up again. */
  readonly carried: string | null;
}

export interface ScopeOptions {
  readonly target: Target;
  readonly position?: Position | null;
  readonly conditions?: readonly Predicate[];
  readonly instant?: string | null;
  readonly carried?: string | null;
}

export function openScope(options: ScopeOptions): Scope {
  const { target, position = null, conditions = [], instant = null, carried = null } = options;
  const parameters = new Parameters();
  const tenant = parameters.bind(target.tenant.value, 'uuid');
  return {
    target,
    parameters,
    tenant,
    instant: instant === null ? 'now()' : parameters.bind(instant, 'timestamptz'),
    backward: position !== null && (position.reading === 'before' || position.reading === 'upto'),
    position,
    // A null is not compared with: it is no parameter, which would have no type.
    positionValues: (position?.values ?? []).map((value, index) =>
      value === null ? 'null' : parameters.bind(value, target.order[index]?.type ?? 'text'),
    ),
    window: conditions
      .filter((condition) => condition.kind === 'compare')
      .filter(({ column }) => column === target.order[0]?.column),
    carried,
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

/** The order columns of a table alias; the key may go by another name there. Texts by code point: alike on every server. */
export function orderColumns(scope: Scope, alias: string, key = scope.target.key): readonly string[] {
  return scope.target.order.map(({ column, type, ranks }) => {
    const reference = `${alias}.${name(column === scope.target.key ? key : column)}`;
    if (ranks !== undefined) return placeAmong(ranks, reference);
    return type === 'text' ? `${reference} collate "C"` : reference;
  });
}

/**
 * A text's place, from 1; null if it has none. Written out, because `array_position` is not leakproof: under row security an
 * index could then not begin where a page does.
 */
function placeAmong(ranks: readonly string[], reference: string): string {
  return `case ${reference} ${ranks.map((rank, index) => `when ${literal(rank)} then ${index + 1}`).join(' ')} end`;
}

/** The same as a table of them brings them on: what stands for an order is worked out anew. */
export function broughtColumns(scope: Scope, alias: string): readonly string[] {
  const { order } = scope.target;
  return orderColumns(scope, alias).map((expression, index) =>
    order[index]?.ranks === undefined ? expression : `${alias}.${name(order[index].column)}`,
  );
}

/**
 * The rows between the position and the end, inside the window: an index can start and stop at each.
 * @param led what comes before the order columns in that index, and the one value it is to have
 */
export function keyRange(
  scope: Scope,
  columns: readonly string[],
  from = scope.position,
  led: { readonly column: string; readonly value: string } | null = null,
): readonly string[] {
  const [first = ''] = columns;
  const row = (expressions: readonly string[]) =>
    expressions.length === 1 ? expressions.join('') : `(${expressions.join(', ')})`;
  const left = led === null ? [] : [led.column];
  const right = led === null ? [] : [led.value];
  const window = scope.window.map(
    ({ comparison, value, type }) =>
      `${row([...left, first])} ${comparison} ${row([...right, scope.parameters.bind(value, type)])}`,
  );
  if (from === null) return window;
  const comparison = `${isDescending(scope) ? '<' : '>'}${from.reading === 'from' || from.reading === 'upto' ? '=' : ''}`;
  // PostgreSQL begins a scan at the first condition on a column: at the position, which lies inside the window.
  return [
    `(${[...left, ...columns].join(', ')}) ${comparison} (${[...right, ...scope.positionValues].join(', ')})`,
    ...window,
  ];
}

/** Whether rows are read from the last to the first. */
export function isDescending(scope: Scope): boolean {
  return (scope.target.order[0]?.direction === 'desc') !== scope.backward;
}

/** That a row of one of the app's tables is the tenant's; nothing where there are none. */
export function ofTenant({ target, tenant }: Pick<Scope, 'target' | 'tenant'>, alias: string): readonly string[] {
  return target.tenant.none === true ? [] : [`${alias}.${name(target.tenant.column)} = ${tenant}`];
}

/** Tenant and visibility: in every scan of the resource's table, whatever path led there. */
export function visible(scope: Scope, alias = 't'): readonly string[] {
  const { deleted } = scope.target;
  return [...ofTenant(scope, alias), ...(deleted === null ? [] : [`not ${alias}.${name(deleted)}`])];
}
