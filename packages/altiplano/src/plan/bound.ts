import type { CountKind } from '../request/request.ts';
import type { PlannedFields } from './fields.ts';
import type {
  Access,
  AggregateGroup,
  Bound,
  Path,
  PlannedField,
  Predicate,
  SearchPath,
  Try,
  UnorderedPath,
} from './plan.ts';

/** Pages from the root of a B-tree to a leaf: 4 levels hold about 10⁹ entries of 80 bytes. */
const DESCENT = 4;
/** A descent, the heap page, and the neighbouring leaf when a walk crosses into it. */
const LOOKUP = DESCENT + 2;
/** Entries of 80 bytes on a leaf page of 8 kB that splits have left two thirds full. */
const ENTRIES_PER_PAGE = 60;
/** Membership, the user's row, the tenant check. */
const ENTRY = 3 * LOOKUP;
/** Posting lists of a text's trigrams: measured 20 to 150 pages for 200,000 rows. */
const SEARCH = 150;
/** Children that the edge of a rolling window may lead to, and changes of one parent that may wait to be folded. */
const EDGE = 256;
const UNFOLDED = 1_000;
/** What an estimated count may read. */
export const SAMPLE_PAGES = 200;
/** Up to here an estimate is exact, because counting is cheap. */
export const COUNTED = 1_200;

export const ENTRY_BOUND: Bound = { statements: 1, roundTrips: 1, rows: 0, buffers: ENTRY, finding: ENTRY, open: [] };

/** What a page of `size` may touch, and what can make it more. */
export function boundOf(
  size: number,
  access: Access | 'key',
  count: CountKind,
  { fields, aggregates }: PlannedFields,
  conditions: readonly Predicate[] = [],
): Bound {
  const rows = size + 1;
  const found = access === 'key' ? { buffers: LOOKUP, open: [] } : costOfAccess(access, rows);
  const shown = sum([...fields.map((field) => costOfField(field)), ...aggregates.map(costOfGroup)]) * size;
  return {
    statements: 1,
    roundTrips: 1,
    rows,
    finding: ENTRY + found.buffers,
    buffers:
      ENTRY + found.buffers + shown + (count === 'estimated' ? SAMPLE_PAGES + COUNTED / ENTRIES_PER_PAGE + LOOKUP : 0),
    open: [
      ...found.open.map((reason) => ({ part: 'finding', reason }) as const),
      ...openCount(count, conditions).map((reason) => ({ part: 'counting', reason }) as const),
      ...[...aggregates.map((group) => openGroup(group, size)), ...openFields(fields)].map(
        (reason) => ({ part: 'showing', reason }) as const,
      ),
    ],
  };
}

function openCount(count: CountKind, conditions: readonly Predicate[]): readonly string[] {
  if (count === 'exact') return ['count=exact reads every matching row'];
  const linked = conditions.some(({ kind }) => kind === 'linked');
  return count === 'estimated' && linked ? ['count=estimated looks up the links of every row of its sample'] : [];
}

interface Cost {
  readonly buffers: number;
  readonly open: readonly string[];
}

function costOfAccess(access: Access, rows: number): Cost {
  switch (access.kind) {
    case 'nothing':
      return { buffers: 0, open: [] };
    case 'walk':
      return { buffers: costOfPath(access.path, rows), open: [] };
    case 'tries':
      return { buffers: sum(access.tries.map((attempt) => costOfTry(attempt))), open: [describeLast(access.last)] };
  }
}

/** Each branch descends once and reads up to a page of entries; then every row shown is fetched by its key. */
function costOfPath(path: Path, rows: number): number {
  const fetch = rows * LOOKUP;
  switch (path.kind) {
    case 'page':
      return DESCENT + rows * 2;
    case 'columns':
      return path.branches * (DESCENT + Math.ceil(rows / ENTRIES_PER_PAGE)) + fetch;
    case 'postings':
      // Fetched, and checked against the link or the attribute itself.
      return path.terms.length * (DESCENT + Math.ceil(rows / ENTRIES_PER_PAGE)) + 2 * fetch;
  }
}

function costOfTry({ path, entries }: Try): number {
  if (path.kind === 'search') return 2 * (SEARCH + entries) + entries * LOOKUP;
  const descents = path.kind === 'columns' ? path.branches : path.kind === 'postings' ? path.terms.length : 1;
  const perRow = path.kind === 'page' || descents === 1 ? 2 : LOOKUP;
  // Read once to answer and once more, index-only, to see whether the path ran out.
  return 2 * (descents * DESCENT + entries / ENTRIES_PER_PAGE) + entries * perRow;
}

function describeLast(last: Path | SearchPath): string {
  const also = 'when the tries do not fill the page,';
  if (last.kind === 'search') return `${also} every row that holds '${last.term.text}' is read`;
  return `${also} ${describePath(last)} is walked until it is full: at worst all of it`;
}

export function describePath(path: Path | UnorderedPath): string {
  switch (path.kind) {
    case 'page':
      return 'the page index';
    case 'columns':
      return `the index over ${path.columns.map(({ column }) => column).join(', ')} (${path.branches} branches)`;
    case 'postings':
      return `the postings of ${path.terms.length} term${path.terms.length === 1 ? '' : 's'}`;
    case 'range':
      return `the index over ${path.column}`;
    case 'search':
      return `the trigrams of '${path.term.text}'`;
  }
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
    case 'aggregate':
      return 0;
    case 'one':
    case 'names':
      return LOOKUP;
    case 'first':
      return field.through === null ? LOOKUP : 2 * LOOKUP;
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
