import { type Advice, type Advise, count, type Explained, LEAST_ROWS, nameOf, tableOf } from './advice.ts';
import { identifier, readConditions, readSortKey, type SortColumn } from './conditions.ts';
import { isScan, type PlacedNode } from './plan-node.ts';
import type { TableFacts } from './table-facts.ts';

/** Of a condition that most rows fulfil an index saves nothing. */
const SELECTIVE = 0.1;
/** Rows that are sorted to show the first few of them. */
const MANY_SORTED = 1_000;

/**
 * An index that would find the rows: columns that are compared for equality, the tenant first, then those of the order where one is asked for
 * and a limit ends it, else a range. Conditions on a boolean column alone are what the index leaves out.
 */
export const missingIndex: Advise = (explained) =>
  explained.nodes.flatMap((placed): readonly Advice[] => {
    const facts = isScan(placed.node) ? tableOf(explained, placed) : null;
    if (facts === null || facts.rows < LEAST_ROWS) return [];
    const wanted = wantedIndex(explained, placed, facts);
    if (wanted === null || isCovered(facts, wanted.columns)) return [];
    return [adviceOf(placed, facts, wanted)];
  });

interface Wanted {
  readonly columns: readonly SortColumn[];
  readonly always: readonly string[];
  readonly why: string;
}

function wantedIndex(explained: Explained, placed: PlacedNode, facts: TableFacts): Wanted | null {
  const { node } = placed;
  const columns = new Set(facts.columns.map(({ name }) => name));
  const conditions = [node['Index Cond'], node.Filter].filter((text) => text !== undefined);
  const { equal, ranged, always } = readConditions(conditions, columns);
  const first = [...equal].sort((one, other) => tenantFirst(explained, one) - tenantFirst(explained, other));
  const asc = (names: readonly string[]): readonly SortColumn[] =>
    names.map((column) => ({ column, descending: false }));
  const order = limitedOrder(placed, columns);
  const rows = node['Actual Rows'] ?? node['Plan Rows'];
  if (order !== null && rows >= MANY_SORTED) {
    const sorted = order.filter(({ column }) => !equal.includes(column));
    if (sorted.length === 0) return null;
    return {
      columns: [...asc(first), ...sorted],
      always,
      why: `${count(rows)} rows are sorted to show the first of them`,
    };
  }
  const isRead = node['Node Type'] === 'Seq Scan';
  if (!isRead || rows > facts.rows * SELECTIVE || first.length + ranged.length === 0) return null;
  const why = `${count(facts.rows)} rows are read to find ${count(rows)}`;
  return { columns: asc([...first, ...ranged.slice(0, 1)]), always, why };
}

const tenantFirst = ({ tenants }: Explained, column: string): number => (tenants.has(column) ? 0 : 1);

/** The order of a sort right above the scan, if a limit ends it: only then reading in that order saves anything. */
function limitedOrder({ around }: PlacedNode, columns: ReadonlySet<string>): readonly SortColumn[] | null {
  const at = around.findIndex(({ 'Node Type': type }) => type === 'Sort');
  const between = around.slice(0, Math.max(0, at)).every(({ 'Node Type': type }) => /^(Gather|Subquery)/.test(type));
  const limited = around.slice(at + 1, at + 3).some(({ 'Node Type': type }) => type === 'Limit');
  if (at < 0 || !between || !limited) return null;
  const keys = (around[at]?.['Sort Key'] ?? []).map(readSortKey);
  return keys.every((key) => key !== null && columns.has(key.column)) ? (keys as readonly SortColumn[]) : null;
}

/** Whether an index begins with these columns already: then the database chose another way for a reason of its own. */
function isCovered({ indexes }: TableFacts, columns: readonly SortColumn[]): boolean {
  return indexes.some((index) => columns.every(({ column }, place) => index.columns[place] === column));
}

function adviceOf({ node }: PlacedNode, facts: TableFacts, { columns, always, why }: Wanted): Advice {
  const listed = columns
    .map(({ column, descending }) => `${identifier(column)}${descending ? ' desc' : ''}`)
    .join(', ');
  const where = always.length === 0 ? '' : ` where ${always.join(' and ')}`;
  const names = columns.map(({ column }) => column).join(', ');
  return {
    rule: 'missing-index',
    level: 'warning',
    certainty: node['Actual Rows'] === undefined ? 'likely' : 'proved',
    title: `Missing composite index on (${names}) of ${facts.table}: ${why}`,
    detail: `${node['Node Type']} on ${nameOf(facts)}, ${[node['Index Cond'], node.Filter].filter(Boolean).join(' and ')}: ${why}.`,
    figures: {
      rows: facts.rows,
      found: node['Actual Rows'] ?? node['Plan Rows'],
      ...(node['Rows Removed by Filter'] === undefined ? {} : { removed: node['Rows Removed by Filter'] }),
    },
    remedy: {
      text: 'Create the index beside the writers, outside a transaction; it takes longer and blocks nobody. Every write of the table pays for it.',
      sql: `create index concurrently on ${nameOf(facts)} (${listed})${where};`,
    },
    about: `${nameOf(facts)} ${names}`,
  };
}
