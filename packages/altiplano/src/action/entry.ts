import { ENTRY_BOUND } from '../plan/bound.ts';
import { freeze } from '../plan/freeze.ts';
import type { Caller, EntryPlan } from '../plan/plan.ts';
import { entryOf } from '../plan/plan-request.ts';
import type { ActionService } from './service.ts';

/** What is asked before a handler runs, in its transaction: whether the caller may enter the tenant. */
export function planEntry(service: ActionService, caller: Caller, tenant: string): EntryPlan {
  const { action, identity, catalog } = service;
  return freeze({
    kind: 'entry',
    target: {
      resource: action.name,
      schema: catalog.schema,
      table: identity.table,
      key: 'id',
      keyType: 'uuid',
      deleted: null,
      tenant: { column: '', value: tenant },
      order: [],
    },
    entry: entryOf({ ...service, caller }),
    bound: ENTRY_BOUND,
  });
}
