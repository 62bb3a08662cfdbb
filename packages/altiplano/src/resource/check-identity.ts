import { Failure } from '../errors/failure.ts';
import type { App } from './app.ts';
import { type Identity, KEY_ROLE, knownScopes, PUBLIC_ROLE } from './identity.ts';
import type { Resource } from './resource.ts';

type Declared = Pick<App, 'identity' | 'resources' | 'actions'>;

/**
 * What resources and identity of an app must be for each other.
 * @throws DECL_INVALID
 */
export function checkIdentity({ identity, resources, actions = [] }: Declared): void {
  const known = knownScopes(identity);
  for (const { name, permission } of actions) {
    if (permission !== null && identity.roles !== undefined) checkScope(name, permission, known);
  }
  for (const resource of resources) {
    for (const scope of Object.values(resource.permissions)) checkScope(resource.name, scope, known);
    checkRoles(resource, identity);
    if (resource.tenants === null) continue;
    if (identity.membership === undefined) {
      refuse(
        resource.name,
        'lists the tenants that a user may enter, of which there is one',
        "Give the identity a `membership`, or serve the tenant's row as an ordinary resource.",
      );
    }
    if (identity.keys !== undefined) {
      const remedy = 'Leave out either: a key belongs to one tenant, and has no list of them.';
      refuse(resource.name, 'lists the tenants that a user may enter, and the app has API keys', remedy);
    }
  }
}

/** A role that nobody has gives its rows to nobody, and whoever was meant gets none. */
function checkRoles({ name, scopes, writes, public: isPublic }: Resource, { roles, keys }: Identity): void {
  if (roles === undefined) return;
  const known = [...Object.keys(roles), ...(keys === undefined ? [] : [KEY_ROLE])];
  if (isPublic) known.push(PUBLIC_ROLE);
  const named = [scopes, writes?.scopes].flatMap((of) => Object.keys(of ?? {}));
  const unknown = named.find((role) => !known.includes(role));
  if (unknown === undefined) return;
  refuse(name, `says which rows the role ${unknown} has, which nobody is`, `Known: ${known.join(', ')}.`);
}

function checkScope(name: string, scope: string, known: readonly string[]): void {
  if (known.includes(scope)) return;
  refuse(name, `needs the scope ${scope}, which no role has`, "Name it in the identity's `roles`.");
}

function refuse(resource: string, problem: string, remedy: string): never {
  throw new Failure('DECL_INVALID', { values: { resource, problem, remedy } });
}
