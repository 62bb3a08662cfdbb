import type { Failure } from '../errors/failure.ts';
import type { AcceptedMembers } from '../resource/accept.ts';
import type { Action } from '../resource/action.ts';
import type { Identity } from '../resource/identity.ts';
import type { Catalog } from './catalog.ts';
import { checkTable } from './check.ts';

/** What keeps an action from being served: tables and columns it names. MIGR_TABLE_UNKNOWN, MIGR_COLUMN_UNKNOWN */
export function checkAction(action: Action, identity: Identity, catalog: Catalog): readonly Failure[] {
  const named = new Map<string, Set<string>>([[identity.table, new Set(['id', identity.role])]]);
  const use = (members: AcceptedMembers): void => {
    for (const { value } of Object.values(members)) {
      if (value.kind === 'column') named.set(value.table, new Set([...(named.get(value.table) ?? []), value.column]));
      if (value.kind !== 'list') continue;
      use(value.items.kind === 'objects' ? value.items.members : { each: value.items.value });
    }
  };
  use(action.body ?? {});
  return [...named].flatMap(([table, columns]) => checkTable(action, catalog, table, columns));
}
