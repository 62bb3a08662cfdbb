import type { Selection } from '../plan/selection.ts';
import type { Bitmap } from '../resource/bitmap.ts';
import { LIVE } from '../resource/term.ts';
import { changeTables, freshTable } from '../sql/bitmap/changes.ts';
import { HITS } from '../sql/bitmap/count.ts';
import { hitTables } from '../sql/bitmap/hits.ts';
import { bindTerms } from '../sql/bitmap/terms.ts';
import { openScope, type Scope } from '../sql/scope.ts';
import { literal, name } from '../sql/text.ts';

/** A column and the function's variable that holds the value it must have. */
export interface Owned {
  readonly column: string;
  readonly variable: string;
}

/** Stands for the schema: the function's own names are looked up where it was made. */
const HERE = 'altiplano_here';

/**
 * How many live rows a tenant has, or one owner in it: the statement of a list, whose parameters are variables of the
 * function. Exact in every snapshot, and as long as the tenant has segments, not rows.
 */
export function bitmapCount(bitmap: Bitmap, owned: Owned | null): string {
  const scope = scopeOf(bitmap, owned);
  const group = owned === null ? [] : [{ about: owned.column, terms: [termOf(owned)] }];
  const none = { excluded: [], comparisons: [], window: [], search: null, near: 0 };
  const selection: Selection = { bitmap, groups: group, ...none };
  const terms = bindTerms(scope, selection, []);
  const tables = [
    'entry as materialized (\n  select true as current\n)',
    ...changeTables(scope, terms, []),
    ...hitTables(scope, terms, [], 'hits'),
    freshTable(scope, terms, [], 'fresh'),
  ];
  return `with ${tables.join(',\n')}\nselect (${HITS})::bigint`.replaceAll(`${HERE}.`, '');
}

/** Whether the tail may hold anything that some segment's bits do not. */
export function unfoldedEntries({ name: of, tenant }: Bitmap): string {
  const segments = `${name(`${of}_segment`)} s where s.${name(tenant)} = of_tenant`;
  return [
    `select from ${name(`${of}_unfolded`)}(of_tenant,`,
    `  (select pg_snapshot_xmax(s.folded) from ${segments} order by 1 limit 1),`,
    `  array(select pg_snapshot_xip(s.folded) from ${segments}))`,
  ].join('\n');
}

/** The same where nothing is unfolded, as most of the time: bits alone. */
export function settledCount({ name: of, tenant }: Bitmap, owned: Owned | null): string {
  const live = `b.${name(tenant)} = of_tenant and b.term = ${literal(LIVE)}`;
  if (owned === null) return `select coalesce(sum(bit_count(b.bits)), 0)\nfrom ${name(of)} b\nwhere ${live}`;
  return [
    'select coalesce(sum(bit_count(b.bits & o.bits)), 0)',
    `from ${name(of)} o`,
    `join ${name(of)} b on b.${name(tenant)} = o.${name(tenant)} and b.segment = o.segment`,
    `where o.${name(tenant)} = of_tenant and o.term = ${literal(`${owned.column}=`)} || ${owned.variable} and ${live}`,
  ].join('\n');
}

const termOf = ({ column, variable }: Owned) => `${column}=\${${variable}}`;

/** A scope that binds nothing: constants are written out, and the owner's term is put together from its variable. */
function scopeOf({ table, key, deleted, tenant }: Bitmap, owned: Owned | null): Scope {
  const text = (value: unknown): string =>
    owned !== null && value === termOf(owned)
      ? `${literal(`${owned.column}=`)} || ${owned.variable}`
      : literal(String(value));
  const bind = (value: unknown, type: string) =>
    `${Array.isArray(value) ? `array[${value.map(text).join(', ')}]` : `(${text(value)})`}::${type}`;
  const target = {
    ...{ resource: '', schema: HERE, table, key, keyType: 'uuid' as const, deleted, order: [] },
    tenant: { column: tenant, value: '' },
  };
  return { ...openScope({ target }), tenant: 'of_tenant', parameters: { values: [], bind } };
}
