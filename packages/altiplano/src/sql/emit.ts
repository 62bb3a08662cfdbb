import { createHash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import { FIGURE_VALUE, RANK } from '../plan/ordering.ts';
import type { DetailPlan, EntryPlan, ListPlan, Plan, PlannedField } from '../plan/plan.ts';
import { computedFigures } from './aggregate.ts';
import { type BitmapPart, bitmapPart } from './bitmap/emit.ts';
import { emptyFacets } from './bitmap/facets.ts';
import { countColumn } from './count.ts';
import { ENTERED, ENTRY_COLUMNS, entryTable } from './entry.ts';
import { entityTag } from './etag.ts';
import { fieldList, instantText, neededColumns } from './field.ts';
import { carriedBy, orderedTables } from './ordered.ts';
import { emptyPage, type Page, walkedPage } from './page.ts';
import { predicate } from './predicate.ts';
import { referredRows } from './referred.ts';
import { boundedItems } from './reply-bound.ts';
import { CARRIED, keptFigures } from './rollup.ts';
import { broughtColumns, openScope, orderBy, orderColumns, type Scope, table, visible } from './scope.ts';
import type { Statement } from './statement.ts';
import { tenantParts, tenantsParts } from './tenants.ts';
import { commonTable, indent, list, name, where } from './text.ts';

/**
 * Plan → Statement. The reply's JSON is built by the database: one row comes back, whatever the page holds.
 * @param instant stands for `now()`; tests use it
 */
export function emit(plan: Plan, instant: string | null = null): Statement {
  switch (plan.kind) {
    case 'entry':
      return emitEntry(plan);
    case 'detail':
      return emitDetail(plan, instant);
    case 'list':
      return emitList(plan, instant);
    case 'tenants':
    case 'tenant': {
      const { scope, tables, columns } = plan.kind === 'tenants' ? tenantsParts(plan) : tenantParts(plan);
      return statement(scope, tables, columns);
    }
  }
}

function emitEntry(plan: EntryPlan): Statement {
  const scope = openScope({ target: plan.target });
  return statement(scope, [entryTable(scope, plan.entry)], ENTRY_COLUMNS);
}

function emitDetail(plan: DetailPlan, instant: string | null): Statement {
  const scope = openScope({ target: plan.target, instant });
  const entry = entryTable(scope, plan.entry);
  const id = scope.parameters.bind(plan.id, plan.target.keyType);
  const conditions = plan.conditions.map((condition) => predicate(scope, condition));
  const page = [
    `select ${list(pageColumns(scope, plan.fields))}`,
    `from ${table(scope)} t`,
    where([...visible(scope), `t.${name(plan.target.key)} = ${id}`, ENTERED, ...conditions]),
  ].join('\n');
  return statement(
    scope,
    [entry, commonTable('page', page), ...referredRows(scope, plan.fields), shown(scope, plan, 1)],
    [
      ...ENTRY_COLUMNS,
      `${boundedItems('(select s.item from shown s)')} as items`,
      `(select ${entityTag('s.item')} from shown s) as etag`,
    ],
  );
}

function emitList(plan: ListPlan, instant: string | null): Statement {
  const { target, conditions, size } = plan;
  const position = plan.access.kind === 'nothing' ? null : plan.position;
  const scope = openScope({ target, position, conditions, instant, carried: carriedBy(plan) });
  const entry = entryTable(scope, plan.entry);
  const found = findPage(scope, plan, { columns: pageColumns(scope, plan.fields), rows: size + 1 });
  const columns = orderColumns(scope, 's');
  const forward = orderBy(scope, columns, false);
  const key = `json_build_array(${list(target.order.map(({ type }, index) => keyText(columns[index] ?? '', type)))})::text`;
  return statement(
    scope,
    [entry, ...found.tables, ...referredRows(scope, plan.fields), shown(scope, plan, size)],
    [
      ...ENTRY_COLUMNS,
      '(select count(*) from page) as found',
      `${boundedItems(`(select string_agg(s.item, ',' ${forward}) from shown s)`)} as items`,
      `(select ${key} from shown s ${forward} limit 1) as first`,
      `(select ${key} from shown s ${orderBy(scope, columns, true)} limit 1) as last`,
      `${found.count} as count`,
      ...(plan.facets.length === 0 ? [] : [`${found.facets} as facets`]),
    ],
  );
}

/** The tables that end in `page`: the rows shown, and one more if there is one. Beside them what counts. */
function findPage(scope: Scope, plan: ListPlan, page: Page): BitmapPart {
  const { access, selection } = plan;
  const part = selection === null ? null : bitmapPart(scope, plan, selection, page);
  const tables = part?.tables ?? [];
  const count = part?.count ?? countColumn(scope, plan);
  const facets = part?.facets ?? emptyFacets(plan.facets);
  if (access.kind === 'bitmap' || access.kind === 'ranked') return { tables, count, facets, raw: '' };
  const raw = part?.raw ?? '';
  if (access.kind === 'ordered')
    return { tables: [...tables, ...orderedTables(scope, page, plan, raw)], count, facets, raw };
  const found = access.kind === 'nothing' ? emptyPage(scope, page) : walkedPage(scope, page, plan);
  return { tables: [...tables, found], count, facets, raw };
}

/** An order value as a cursor keeps it: times to the microsecond, in UTC. */
function keyText(column: string, type: string): string {
  return type === 'timestamptz' ? instantText(column) : `${column}::text`;
}

/** The first `size` rows of the page, each as its JSON text. */
export function shown(scope: Scope, plan: Pick<DetailPlan, 'fields' | 'aggregates'>, size: number): string {
  const rows = `select *\nfrom page p\n${orderBy(scope, orderColumns(scope, 'p'))}\nlimit ${size}`;
  // A field of that name would be taken for it.
  const whole = plan.fields.some((field) => field.name === 'item') ? 'item.*' : 'item';
  const select = `select ${list(broughtColumns(scope, 'p'))}, row_to_json(${whole})::text as item\nfrom (\n${indent(rows)}\n) p`;
  return `shown as materialized (\n${indent(select)}\n${contents(scope, plan)}\n)`;
}

const written = new WeakMap<readonly PlannedField[], { readonly around: string; readonly text: string }>();

/**
 * What every row shows. It is most of the text and the same for every request of a resource, so it is written once:
 * measured, 40 of the 57 µs that emitting a plain page took.
 */
function contents(scope: Scope, plan: Pick<DetailPlan, 'fields' | 'aggregates'>): string {
  const around = `${table(scope)} ${scope.tenant} ${scope.instant} ${scope.carried}`;
  const known = written.get(plan.fields);
  if (known?.around === around) return known.text;
  const joins = plan.aggregates.map((group) =>
    group.rollup === null ? computedFigures(scope, group) : keptFigures(scope, group, group.rollup),
  );
  const item = `cross join lateral (\n  select\n${indent(fieldList(scope, plan.fields), 4)}\n) item`;
  const text = indent([...joins, item].join('\n'));
  written.set(plan.fields, { around, text });
  return text;
}

/** Columns of the resource's rows `t` that the page carries on: what orders it and what the fields need. */
export function pageColumns(scope: Scope, fields: readonly PlannedField[]): readonly string[] {
  const { order, key } = scope.target;
  const columns = [...new Set([...order.map(({ column }) => column), ...neededColumns(fields, key)])].map(
    (column) => `${column === FIGURE_VALUE || column === RANK ? 'o' : 't'}.${name(column)}`,
  );
  return scope.carried === null ? columns : [...columns, `o.${CARRIED}`];
}

export function statement(scope: Scope, tables: readonly string[], columns: readonly string[]): Statement {
  const printed = (shown: readonly string[]) => `with ${tables.join(',\n')}\nselect\n${indent(shown.join(',\n'))}`;
  const plain = printed(columns);
  // An instant that stands for now() is bound before it is known whether anything asks what time it is: unnamed it would have no type.
  const isNamed = !scope.instant.startsWith('$') || plain.includes(scope.instant);
  const text = isNamed ? plain : printed([...columns, `${scope.instant} as instant`]);
  return { name: nameOf(text), text, values: scope.parameters.values };
}

/** Names of recent texts: hashing 6 kB takes longer than looking it up. */
const names = new LRUCache<string, string>({ max: 1_000 });

export function nameOf(text: string): string {
  const known = names.get(text);
  if (known !== undefined) return known;
  const name = `alt_${createHash('sha256').update(text).digest('base64url').slice(0, 22)}`;
  names.set(text, name);
  return name;
}
