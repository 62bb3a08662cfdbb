import { Failure } from '../errors/failure.ts';
import type { App } from './app.ts';
import type { Audit } from './audit.ts';
import { usesOf } from './check-encryption.ts';
import type { Field } from './field.ts';
import type { Identity } from './identity.ts';
import { allFields, type Resource } from './resource.ts';

/** A column of a table. */
interface Column {
  readonly table: string;
  readonly column: string;
}

/**
 * Digests of passwords are compared and nothing else: no resource shows them, finds rows by them or takes them from a body.
 * @throws DECL_INVALID
 */
export function checkDigest({ identity, resources }: Pick<App, 'identity' | 'resources'>): void {
  if (identity.signIn === undefined) return;
  const digest = { table: identity.table, column: identity.signIn.digest };
  for (const resource of resources) {
    const use = useOf(resource, digest);
    if (use === null) continue;
    const problem = `${use} ${digest.column}, the digest of passwords`;
    const remedy = 'Leave it out; an action sets it, from `hashPassword` of the password.';
    throw new Failure('DECL_INVALID', { values: { resource: resource.name, problem, remedy } });
  }
}

/** Of the trail too: that a password was changed is told, and no more. */
export function redactDigest(audit: Audit, { table, signIn }: Identity): Audit {
  const audited = audit.tables[table];
  if (signIn === undefined || audited === undefined) return audit;
  const redact = [...new Set([...audited.redact, signIn.digest])];
  return { ...audit, tables: { ...audit.tables, [table]: { ...audited, redact } } };
}

function useOf(resource: Resource, digest: Column): string | null {
  const isOurs = resource.table === digest.table;
  if (Object.values(allFields(resource)).some((field) => shows(field, resource.table, digest))) return 'shows';
  if (isOurs && Object.hasOwn(resource.writes?.members ?? {}, digest.column)) return 'takes from bodies';
  const [use] = usesOf(resource).find(([, column]) => isOurs && column === digest.column) ?? [null];
  return use === null ? null : `${use} by`;
}

function shows(field: Field, of: string, digest: Column): boolean {
  const names = (table: string, columns: readonly string[]) =>
    table === digest.table && columns.includes(digest.column);
  switch (field.kind) {
    case 'column':
    case 'encrypted':
      return names(of, [field.column]);
    case 'one':
      return names(field.table, field.fields);
    case 'chosen':
      return Object.values(field.tables).some((table) => names(table, [field.value]));
    case 'names':
      return names(field.table, [field.value]);
    case 'first':
      return names(field.through?.table ?? field.source.table, field.fields);
    case 'children':
      return Object.values(field.fields).some((inner) => shows(inner, field.source.table, digest));
    case 'object':
      return Object.values(field.fields).some((inner) => shows(inner, of, digest));
    case 'aggregate':
      return false;
  }
}
