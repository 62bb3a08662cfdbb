import { LOOKED_AT } from '../resource/ranked.ts';
import type { PlannedFields } from './fields.ts';
import { SORTED, WALKED } from './ordering.ts';
import type { Access, AggregateGroup, Bound, Entry, ListPlan, PlannedField } from './plan.ts';
import { type Comparison, type Selection, termsRead } from './selection.ts';

/** Pages from the root of a B-tree to a leaf: 4 levels hold about 10⁹ entries of 80 bytes. */
export const DESCENT = 4;
/** A descent, the heap page, and the neighbouring leaf when a walk crosses into it. */
export const LOOKUP = DESCENT + 2;
/** Entries of 80 bytes on a leaf page of 8 kB that splits have left two thirds full. */
const ENTRIES_PER_PAGE = 60;
/** Membership, the user's row, the tenant check. */
export const ENTRY = 3 * LOOKUP;
/** Children that the edge of a rolling window may lead to, and changes of one parent that may wait to be folded. */
const EDGE = 256;
const UNFOLDED = 1_000;
/** What an estimated count may read. */
export const SAMPLE_PAGES = 200;

export const ENTRY_BOUND: Bound = { statements: 1, roundTrips: 1, rows: 0, buffers: ENTRY, finding: ENTRY, open: [] };

/** Where a view says which tenants a user has, it looks further than one table does: how far, the app says. */
export function withTenancies(bound: Bound, { tenancy }: Pick<Entry, 'tenancy'>): Bound {
  if (tenancy.kind !== 'chosen') return bound;
  const reason = `${tenancy.table} may be a view, of as many links as the caller has`;
  const more = 3 * LOOKUP;
  return {
    ...bound,
    finding: bound.finding + more,
    buffers: bound.buffers + more,
    open: [...bound.open, { part: 'finding', reason }],
  };
}

/** What a list may touch, and what can make it more. */
export function boundOfList(plan: Omit<ListPlan, 'bound'>): Bound {
  const { size, access, selection, fields, aggregates } = plan;
  const rows = size + 1;
  const found = costOfAccess(access, rows, plan);
  const numbers = costOfNumbers(plan);
  const bits = selection === null ? NOTHING : costOfSelection(selection);
  const shown = costOfFields({ fields, aggregates }) * size;
  return {
    statements: 1,
    roundTrips: 1,
    rows,
    finding: ENTRY + found.buffers + bits.buffers,
    buffers: ENTRY + found.buffers + bits.buffers + shown + numbers.buffers,
    open: [
      ...[...found.open, ...bits.open].map((reason) => ({ part: 'finding', reason }) as const),
      ...numbers.open.map((reason) => ({ part: 'counting', reason }) as const),
      ...openShown({ fields, aggregates }, size),
    ],
  };
}

/** What one row, found by its key, may touch. */
export function boundOfRow(planned: PlannedFields): Bound {
  const finding = ENTRY + LOOKUP;
  const buffers = finding + costOfFields(planned);
  return { statements: 1, roundTrips: 1, rows: 2, finding, buffers, open: openShown(planned, 1) };
}

function costOfFields({ fields, aggregates }: PlannedFields): number {
  return sum([...fields.map((field) => costOfField(field)), ...aggregates.map(costOfGroup)]);
}

function openShown({ fields, aggregates }: PlannedFields, size: number): Bound['open'] {
  const reasons = [...aggregates.map((group) => openGroup(group, size)), ...openFields(fields)];
  return reasons.map((reason) => ({ part: 'showing', reason }));
}

/**
 * Of a tenant with up to a million rows: 19 segments, each with a page of bits a term, and the way to the first of them. A larger
 * one costs as much again for each million that the nearest does not fill the page: bounds are promised up to there.
 */
export const TERM = 25;
/** Unfolded changes of a tenant: as many pages as the folder lets stand. */
export const TAIL = 100;

function costOfSelection(selection: Selection): Cost {
  const terms = termsRead(selection) * TERM + sum(selection.comparisons.map(costOfComparison));
  const { search } = selection;
  return {
    buffers: TAIL + LOOKUP + terms + selection.window.length * LOOKUP,
    open:
      search === null || search.exact
        ? []
        : [`rows that have every trigram of '${search.term.text}' but not the text are looked at on the way`],
  };
}

/** Where the bins of 19 segments begin; and of a bin in each: its index page, its bits and its rows. */
const LOWS = 10;
const BIN = 64;

/** A bin for each end, one for a single value; without an upper end the last one, which tells nulls apart. */
function costOfComparison({ bounds }: Comparison): number {
  const isOpen = bounds.every(({ operator }) => operator === '<' || operator === '<=');
  const isValue = bounds.every(({ operator }) => operator === '=');
  return LOWS + BIN * (isOpen || isValue ? 1 : 2);
}

/** What counting takes beside the bits of the selection. */
function costOfNumbers({ count, selection, facets, access }: Omit<ListPlan, 'bound'>): Cost {
  const known = facets.flatMap(({ domain }) => (domain === null ? [] : [domain.values.length + 1]));
  const open = facets
    .filter(({ domain }) => domain === null)
    .map(({ name }) => `facets=${name} reads the bits of every value there is`);
  const buffers = sum(known) * TERM;
  if (count === 'none' || access.kind === 'nothing' || selection !== null) {
    const texts = selection?.search && !selection.search.exact && (count === 'exact' || facets.length > 0);
    return {
      buffers,
      open: texts
        ? [...open, 'up to 2,500 rows that have the trigrams are looked at to count those with the text']
        : open,
    };
  }
  if (count === 'exact')
    return { buffers, open: ['count=exact reads every matching row: the resource keeps no bitmaps'] };
  return { buffers: SAMPLE_PAGES, open: ['count=estimated looks at every row of its sample'] };
}

interface Cost {
  readonly buffers: number;
  readonly open: readonly string[];
}

const NOTHING: Cost = { buffers: 0, open: [] };

function costOfAccess(access: Access, rows: number, plan: Pick<ListPlan, 'selection' | 'offset'>): Cost {
  switch (access.kind) {
    case 'nothing':
      return NOTHING;
    case 'walk':
      return { buffers: DESCENT + rows * 2, open: access.isChecked ? PASSED : [] };
    case 'ordered':
      return costOfOrdered(access, rows, plan);
    case 'ranked':
      // Of each a block and the row, which is not read again to be shown.
      return { buffers: LOOKED_AT * 2 * LOOKUP, open: RANKED };
    case 'bitmap':
      // Where the walk begins, then for each row at worst a block of its own, and the row.
      return { buffers: 2 * LOOKUP + rows * (LOOKUP + LOOKUP), open: [] };
  }
}

const RANKED = ['rows whose text changed or came since the last fold are looked at one by one, if they may fit'];

const PASSED = ['rows that do not match are passed over on the way: at worst all of them'];

/**
 * A column's index leads to the rows as the page index does; a figure's to the rollup's row, and from there to the row. Where
 * bitmaps help, a stretch is walked and all hits are fetched before the walk goes on to its end.
 */
function costOfOrdered(
  { walk, isChecked }: Extract<Access, { kind: 'ordered' }>,
  rows: number,
  { selection, offset }: Pick<ListPlan, 'selection' | 'offset'>,
): Cost {
  const row = walk.kind === 'column' ? 2 : 2 + LOOKUP;
  const searched = isChecked && selection !== null && offset === null;
  const looked = searched ? WALKED[walk.kind] * row + SORTED * (LOOKUP + row) : rows * row;
  const passed = searched ? [`where more than ${SORTED.toLocaleString('en')} rows match, ${PASSED[0]}`] : PASSED;
  const open = [...(isChecked ? passed : []), ...(offset === null ? [] : ['rows before the offset are walked over'])];
  // Nulls are a second stretch of a column's index.
  if (walk.kind === 'column') return { buffers: 2 * DESCENT + looked, open };
  const changes = `changes of ${walk.rollup.source.table} that are not folded yet are looked through, and the rows they are about`;
  return { buffers: LOOKUP + 5 * DESCENT + looked, open: [...open, changes] };
}

/** A rollup's row, a look into both delta tables, and for each window the children at its edge, index-only. */
function costOfGroup({ rollup }: AggregateGroup): number {
  if (rollup === null) return 0;
  const windows = rollup.figures.filter(({ time }) => time?.kind === 'within').length;
  return LOOKUP + 2 * DESCENT + windows * (DESCENT + Math.ceil(EDGE / ENTRIES_PER_PAGE));
}

function openGroup({ source, rollup }: AggregateGroup, size: number): string {
  return rollup === null
    ? `figures are computed from every ${source.table} of the ${size} rows shown`
    : `up to ${UNFOLDED.toLocaleString('en')} changes of ${source.table} that are not folded yet are added to each of the ${size} rows shown`;
}

function costOfField(field: PlannedField): number {
  switch (field.kind) {
    case 'column':
    case 'encrypted':
    case 'aggregate':
      return 0;
    case 'one':
    case 'chosen':
    case 'names':
      return LOOKUP;
    case 'first':
      return field.through === null ? LOOKUP : 2 * LOOKUP;
    case 'children': {
      // One probe of an index, then for each child its row and the rows that it points at.
      const each = 2 + field.items.filter(({ one }) => one !== null).length * LOOKUP;
      return LOOKUP + field.most * each;
    }
    case 'object':
      return sum(field.fields.map(costOfField));
  }
}

function openFields(fields: readonly PlannedField[]): readonly string[] {
  return fields.flatMap((field): readonly string[] => {
    if (field.kind === 'object') return openFields(field.fields);
    if (field.kind === 'names') return [`${field.name} reads every ${field.table} of the rows shown`];
    if (field.kind === 'first' && field.through !== null)
      return [`${field.name} reads ${field.source.table} rows until one fits`];
    return [];
  });
}

function sum(numbers: readonly number[]): number {
  return Math.ceil(numbers.reduce((total, number) => total + number, 0));
}
