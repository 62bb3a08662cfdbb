import { Failure } from '../errors/failure.ts';
import type { App } from './app.ts';
import { hasNoTenants, type Identity, idType } from './identity.ts';
import type { Resource } from './resource.ts';

/**
 * That resources say a tenant as the identity of their app does: who a caller is says what it may enter.
 * @throws DECL_INVALID
 */
export function checkTenancy({ identity, resources }: Pick<App, 'identity' | 'resources'>): void {
  for (const resource of resources) {
    const { name, tenant } = resource;
    if (resource.public) checkPublic(resource);
    if (resource.tenants !== null) continue;
    checkParts(resource, identity);
    if ((tenant.none === true) === hasNoTenants(identity)) continue;
    refuse(
      name,
      tenant.none === true
        ? 'has rows of no tenant, and its callers belong to tenants'
        : 'has rows of tenants, and its callers are of none',
      "Say tenant: 'none' in the identity and in all its resources, or in none of them: serve the others as an app of their own.",
    );
  }
  checkTenancies(identity);
  checkKeys(identity);
}

/** Who sends no credential belongs to no tenant, and has no scope. */
function checkPublic({ name, tenant, permissions }: Resource): void {
  if (tenant.none !== true)
    refuse(name, 'is public and has rows of tenants', "Leave `public` out, or say tenant: 'none'.");
  if (permissions.read !== undefined)
    refuse(
      name,
      `is public and needs the scope ${permissions.read} to be read`,
      'Leave one of them out: whoever sends no credential has no scope.',
    );
}

/** Two columns say the tenant in all resources of an app, the same two that say which tenants a user has. */
function checkParts({ name, tenant }: Resource, { tenancies }: Identity): void {
  if (String(tenant.parts) === String(tenancies?.tenant)) return;
  const said = (parts: readonly string[] | undefined) => parts?.join(' and ') ?? 'no two columns';
  refuse(
    name,
    `says its tenants with ${said(tenant.parts)}, and the identity with ${said(tenancies?.tenant)}`,
    'Name the same two columns in `tenant` and in the `tenancies` of the identity.',
  );
}

/** A user is a tenant itself, and its kind is one of those there are. */
function checkTenancies(identity: Identity): void {
  const { tenancies } = identity;
  if (tenancies === undefined) return;
  const { table, kinds, own, headers } = tenancies;
  if (idType(identity) !== 'uuid')
    refuse(
      table,
      'says tenants of users whose keys are no uuids',
      'Give users a uuid: it is the id of their own tenant.',
    );
  if (!kinds.includes(own)) refuse(table, `knows no tenants of the kind ${own}`, 'Name it in `kinds` too.');
  if (headers[0].toLowerCase() === headers[1].toLowerCase())
    refuse(table, `reads two things from ${headers[0]}`, 'Give each a header of its own.');
}

function checkKeys(identity: Identity): void {
  if (identity.keys === undefined || (!hasNoTenants(identity) && identity.tenancies === undefined)) return;
  refuse(
    identity.keys.table,
    `keeps API keys of an app ${hasNoTenants(identity) ? 'without tenants' : 'whose tenants headers choose'}`,
    'Leave `keys` out: a key belongs to one tenant. A token of a user does the same.',
  );
}

function refuse(resource: string, problem: string, remedy: string): never {
  throw new Failure('DECL_INVALID', { values: { resource, problem, remedy } });
}
