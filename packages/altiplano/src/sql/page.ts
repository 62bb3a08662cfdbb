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
      return [commonTable('page', walk(page, access.path))];
    case 'tries':
      return tryTables(page, access);
  }
}

/** A path that answers every condition; what it found by a hash is still checked on the row. */
function walk(page: Page, path: Path): string {
  if (isDirect(path)) return tableWalk(page.scope, path, page.columns, page.rows, [ENTERED]);
  const recheck = path.kind === 'postings' ? checks(page, ({ kind }) => kind === 'attribute') : [];
  // One term is walked until the page is full; several are merged, which needs a limit for each.
  const limit = path.kind === 'postings' && path.terms.length === 1 ? null : page.rows;
  return joinPath(page, path, limit, recheck);
}
