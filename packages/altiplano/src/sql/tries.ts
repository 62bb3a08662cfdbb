import { type Access, isUnordered, type Path, type SearchPath, type Try } from '../plan/plan.ts';
import { ENTERED } from './entry.ts';
import { checks, joinKeys, joinPath, type Page } from './join.ts';
import { isDirect, pathKeys, searchKeys, tableWalk } from './path.ts';
import { orderBy, orderColumns } from './scope.ts';
import { commonTable, indent, list, where } from './text.ts';

type Tries = Extract<Access, { kind: 'tries' }>;

/**
 * Each try is a table of the rows it found and one that says whether that is the answer; a later try is gated by the
 * earlier one's, so the executor never starts what is not needed. `page` picks the one that has the answer.
 */
export function tryTables(page: Page, { tries, last }: Tries): readonly string[] {
  const tables = tries.flatMap((attempt, index) => [
    commonTable(`try_${index + 1}`, rowsOf(page, attempt, index)),
    commonTable(`try_${index + 1}_end`, endOf(page, attempt, index)),
  ]);
  const answers = tries.map(
    (_, index) => `select * from try_${index + 1}\n${where([...unanswered(index), reached(index + 1)])}`,
  );
  return [...tables, commonTable('page', [...answers, rest(page, last, tries.length)].join('\nunion all\n'))];
}

function reached(attempt: number): string {
  return `(select e.reached from try_${attempt}_end e)`;
}

/** Holds when none of the first `attempts` had the answer. */
function unanswered(attempts: number): readonly string[] {
  return attempts === 0 ? [] : [`not ${reached(attempts)}`];
}

/** Reads a bounded stretch of the path and keeps what passes; the executor stops early because the order is known. */
function rowsOf(page: Page, { path, entries }: Try, index: number): string {
  if (!isDirect(path)) return joinPath(page, path, entries, [...unanswered(index), ...checks(page)]);
  const { scope, columns, rows } = page;
  return [
    `select ${list(columns)}`,
    `from (\n${indent(tableWalk(scope, path, ['t.*'], entries))}\n) t`,
    where([ENTERED, ...unanswered(index), ...checks(page)]),
    orderBy(scope, orderColumns(scope, 't')),
    `limit ${rows}`,
  ].join('\n');
}

/**
 * The answer is complete when the page is full or the path has no more entries than were read. A range or a search is
 * read in no order, so a full page of it proves nothing: some row that was not read may belong before.
 */
function endOf({ scope, rows }: Page, { path, entries }: Try, index: number): string {
  const before = index === 0 ? [] : [reached(index)];
  const full = isUnordered(path) ? [] : [`(select count(*) from try_${index + 1}) >= ${rows}`];
  const spent = `(select count(*) from (\n${indent(pathKeys(scope, path, entries + 1))}\n) k) <= ${entries}`;
  return `select ${[...before, ...full, spent].join('\n  or ')} as reached`;
}

function rest(page: Page, last: Path | SearchPath, attempts: number): string {
  const open = lastRows(page, last);
  return attempts === 0 ? open : `select * from (\n${indent(open)}\n) l\n${where(unanswered(attempts))}`;
}

function lastRows(page: Page, last: Path | SearchPath): string {
  const { scope } = page;
  if (last.kind === 'search') return joinKeys(page, searchKeys(scope, last, null), checks(page));
  if (isDirect(last)) return tableWalk(scope, last, page.columns, page.rows, [ENTERED, ...checks(page)]);
  return joinPath(page, last, null, checks(page));
}
