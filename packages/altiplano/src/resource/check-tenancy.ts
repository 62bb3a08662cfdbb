import { Failure } from '../errors/failure.ts';
import type { App } from './app.ts';
import { hasNoTenants, type Identity } from './identity.ts';
import type { Resource } from './resource.ts';

/**
 * That resources say a tenant as the identity of their app does: who a caller is says what it may enter.
 * @throws DECL_INVALID
 */
export function checkTenancy({ identity, resources }: Pick<App, 'identity' | 'resources'>): void {
  for (const resource of resources) {
    const { name, tenant } = resource;
    if (resource.public) checkPublic(resource);
    if (resource.tenants !== null || (tenant.none === true) === hasNoTenants(identity)) continue;
    refuse(
      name,
      tenant.none === true
        ? 'has rows of no tenant, and its callers belong to tenants'
        : 'has rows of tenants, and its callers are of none',
      "Say tenant: 'none' in the identity and in all its resources, or in none of them: serve the others as an app of their own.",
    );
  }
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

function checkKeys(identity: Identity): void {
  if (identity.keys === undefined || !hasNoTenants(identity)) return;
  refuse(
    identity.keys.table,
    'keeps API keys of an app without tenants',
    'Leave `keys` out: a key belongs to one tenant. A token of a user does the same.',
  );
}

function refuse(resource: string, problem: string, remedy: string): never {
  throw new Failure('DECL_INVALID', { values: { resource, problem, remedy } });
}
