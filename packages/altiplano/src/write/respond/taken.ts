import type { Catalog } from '../../catalog/catalog.ts';
import { Failure } from '../../errors/failure.ts';
import type { Resource } from '../../resource/resource.ts';

/** The members that a row has to itself, by the index that says so: the tenant leads it and is no member. */
export function nameTaken(error: unknown, { table, tenant }: Resource, catalog: Catalog): unknown {
  if (!(error instanceof Failure) || error.code !== 'REQ_TAKEN') return error;
  const { constraint } = error.cause as { readonly constraint?: string };
  const index = catalog.tables.get(table)?.indexes.find(({ name }) => name === constraint);
  const members = index?.keys.filter((key) => ![tenant.column, ...(tenant.parts ?? [])].includes(key)) ?? [];
  if (index === undefined || members.length === 0) return error;
  return new Failure('REQ_TAKEN', {
    values: { index: index.name },
    errors: Object.fromEntries(members.map((member) => [member, ['Another row has this value already.']])),
    cause: error.cause,
  });
}
