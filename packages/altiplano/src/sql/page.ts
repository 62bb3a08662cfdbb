import type { Access, Path } from '../plan/plan.ts';
import { ENTERED } from './entry.ts';
import { checks, joinPath, type Page } from './join.ts';
import { isDirect, tableWalk } from './path.ts';
import { table } from './scope.ts';
import { commonTable, list } from './text.ts';
import { tryTables } from './tries.ts';

/** The tables that end in `page`: the rows shown, and one more if there is one. */
export function pageTables(page: Page, access: Access): readonly string[] {
  switch (access.kind) {
    case 'nothing':
      return [commonTable('page', `select ${list(page.columns)}\nfrom ${table(page.scope)} t\nwhere false`)];
    case 'walk':
      return isMerged(access.path)
        ? tryTables(page, { kind: 'tries', tries: [{ path: access.path, entries: page.rows }], last: access.path })
        : [commonTable('page', walk(page, access.path))];
    case 'tries':
      return tryTables(page, access);
  }
}

/**
 * Merged postings are read a page at a time. Should one of them be out of date, its row is dropped and the page short: then
 * it is no answer yet, and all postings of the terms are read.
 */
function isMerged(path: Path): boolean {
  return path.kind === 'postings' && path.terms.length > 1;
}

/** A path that answers every condition; what a posting says is still checked on the row. */
function walk(page: Page, path: Path): string {
  // One term is walked until the page is full.
  if (path.kind === 'postings') return joinPath(page, path, null, checks(page));
  if (isDirect(path)) return tableWalk(page.scope, path, page.columns, page.rows, [ENTERED]);
  return joinPath(page, path, page.rows, []);
}
