import { Failure } from '../errors/failure.ts';
import type { Field } from './field.ts';
import { alternativesOf, type Resource } from './resource.ts';

/** Columns of the resource's table that are encrypted at rest, as its details and writes say. */
export function encryptedColumns({ detail, writes }: Pick<Resource, 'detail' | 'writes'>): readonly string[] {
  const shown = Object.values(detail).flatMap((field) => (field.kind === 'encrypted' ? [field.column] : []));
  const written = Object.entries(writes?.members ?? {}).flatMap(([name, member]) =>
    member.kind === 'column' && member.encrypted === true ? [name] : [],
  );
  return [...new Set([...shown, ...written])];
}

/**
 * What is encrypted can only be shown in a detail and replaced as a whole: nothing in the database can look into it.
 * @throws DECL_INVALID
 */
export function checkEncryption(resource: Resource): void {
  if (Object.values(resource.fields).some(isEncrypted) || Object.values(resource.detail).some(holdsEncrypted)) {
    refuse(
      resource,
      'shows an encrypted column in its lists or inside an object',
      'Name it in `detail`, by itself: each value is decrypted, which lists of rows are not meant for.',
    );
  }
  const columns = encryptedColumns(resource);
  if (columns.length === 0) return;
  const isKey = (field: Field) => field.kind === 'column' && field.column === resource.key;
  if (!Object.values(resource.fields).some(isKey))
    refuse(
      resource,
      'encrypts a column and does not show its key',
      `Show ${resource.key}: a value opens in its own row only.`,
    );
  for (const [use, column] of usesOf(resource)) {
    if (!columns.includes(column)) continue;
    refuse(
      resource,
      `${use} by ${column}, which is encrypted`,
      'Leave it out: the database has no more than its ciphertext.',
    );
  }
  for (const column of columns) {
    const member = resource.writes?.members[column];
    if (member !== undefined && (member.kind !== 'column' || member.encrypted !== true))
      refuse(
        resource,
        `writes ${column} as it is, which is encrypted`,
        `Declare it: \`${column}: members.encrypted()\`.`,
      );
  }
}

function isEncrypted(field: Field): boolean {
  return field.kind === 'encrypted' || holdsEncrypted(field);
}

function holdsEncrypted(field: Field): boolean {
  return field.kind === 'object' && Object.values(field.fields).some(isEncrypted);
}

/** Every way but showing it in which a resource names a column of its table. */
export function usesOf(resource: Resource): readonly (readonly [use: string, column: string])[] {
  const { order, orders, filters, facets, domains, scopes, fields, writes } = resource;
  return [
    ...order.map(({ column }) => ['orders', column] as const),
    ...Object.values(orders).flatMap((one) => (one.kind === 'column' ? [['orders', one.column] as const] : [])),
    ...Object.values(filters).flatMap((filter): (readonly [string, string])[] => {
      if (filter.kind === 'linked') return [];
      if (filter.kind === 'search') return filter.columns.map((column) => ['searches', column]);
      return [['filters', filter.column]];
    }),
    ...Object.values(facets).flatMap((facet) => (facet.kind === 'column' ? [['counts', facet.column] as const] : [])),
    ...Object.keys(domains).map((column) => ['lists the values', column] as const),
    ...Object.values(scopes ?? {}).flatMap((scope) =>
      scope === 'all' ? [] : alternativesOf(scope).map(({ column }) => ['limits roles', column] as const),
    ),
    ...Object.values(fields).flatMap((field) =>
      field.kind === 'column' ? [['shows its lists', field.column] as const] : [],
    ),
    ...Object.values(writes?.derived ?? {}).map(({ from }) => ['derives a column', from] as const),
  ];
}

function refuse(resource: Resource, problem: string, remedy: string): never {
  throw new Failure('DECL_INVALID', { values: { resource: resource.name, problem, remedy } });
}
