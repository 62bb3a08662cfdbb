import { keptAs } from '../audit/registry.ts';
import { Failure } from '../errors/failure.ts';
import type { Audit } from '../resource/audit.ts';
import type { Resource } from '../resource/resource.ts';
import type { Catalog } from './catalog.ts';

/** What is declared to leave a trail is not served without: nobody could tell later what happened meanwhile. AUDIT_MISSING */
export function checkAudit(resource: Resource, audit: Audit | undefined, catalog: Catalog): readonly Failure[] {
  const declared = audit?.tables[resource.table];
  if (audit === undefined || declared === undefined) return [];
  const kept = catalog.audited.get(resource.table);
  if (kept === keptAs(audit, declared)) return [];
  const problem =
    kept === undefined
      ? 'it has no triggers.'
      : kept === null
        ? 'a trigger is missing or disabled.'
        : 'it is declared otherwise than its triggers keep it.';
  const table = `${catalog.schema}.${resource.table}`;
  return [new Failure('AUDIT_MISSING', { values: { resource: resource.name, table, problem } })];
}
