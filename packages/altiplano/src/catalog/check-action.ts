import { Failure } from '../errors/failure.ts';
import { sameDefinition } from '../keep/registered.ts';
import type { AcceptedMembers } from '../resource/accept.ts';
import type { Action } from '../resource/action.ts';
import { type Identity, userColumns } from '../resource/identity.ts';
import type { Summary } from '../resource/summary.ts';
import { summaryDefinitionOf } from '../summary/definition.ts';
import type { Catalog } from './catalog.ts';
import { checkTable } from './check.ts';

/**
 * What keeps an action from being served: tables and columns it names, summaries it reads.
 * MIGR_TABLE_UNKNOWN, MIGR_COLUMN_UNKNOWN, SUMMARY_CHANGED, SUMMARY_UNBUILT
 */
export function checkAction(action: Action, identity: Identity, catalog: Catalog): readonly Failure[] {
  const named = new Map<string, Set<string>>([[identity.table, new Set(['id', ...userColumns(identity)])]]);
  const { tenancies } = identity;
  if (tenancies !== undefined)
    named.set(tenancies.table, new Set([tenancies.user, ...tenancies.tenant, identity.role]));
  const use = (members: AcceptedMembers): void => {
    for (const { value } of Object.values(members)) {
      if (value.kind === 'column') named.set(value.table, new Set([...(named.get(value.table) ?? []), value.column]));
      if (value.kind !== 'list') continue;
      use(value.items.kind === 'objects' ? value.items.members : { each: value.items.value });
    }
  };
  use(action.body ?? {});
  return [
    ...[...named].flatMap(([table, columns]) => checkTable(action, catalog, table, columns)),
    ...action.summaries.flatMap((summary) => checkSummary(summary, catalog)),
  ];
}

function checkSummary(summary: Summary, { schema, summaries }: Catalog): readonly Failure[] {
  const kept = summaries.get(summary.name);
  const values = { summary: `${schema}.${summary.name}` };
  if (kept === undefined || !sameDefinition(kept.definition, summaryDefinitionOf(summary)))
    return [new Failure('SUMMARY_CHANGED', { values })];
  return kept.state === 'ready' ? [] : [new Failure('SUMMARY_UNBUILT', { values })];
}
