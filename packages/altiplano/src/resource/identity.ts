import { ENGINE_SCOPES } from './profile-scopes.ts';
import type { SignIn } from './sign-in.ts';
import { NO_TENANT, NONE, type Said, tenantKey } from './tenant-key.ts';

/** Where an app keeps its users: who a credential speaks for, and what the plan may need to know of them. */
export type Identity = Users & (MayEnterSeveral | BelongsToOne | Chooses);

interface Users {
  /** Table of users; its key is `id`. */
  readonly table: string;
  /** Type of that key; a uuid unless said otherwise. */
  readonly id?: 'uuid' | 'bigint';
  /** What a user is called in audits and idempotency keys: `user` unless said otherwise, for example `member`. */
  readonly kind?: string;
  /** Column of the role; where `tenancies` say what a user is in each tenant, it is theirs. */
  readonly role: string;
  /** Columns that row scopes compare with, for example `employee_id`. */
  readonly attributes: readonly string[];
  /** Boolean column without which a user may do nothing. */
  readonly active?: string;
  /** Role → what it may do, as resources call it in `permissions`; a role that is not named may do nothing. */
  readonly roles?: Readonly<Record<string, readonly string[]>>;
  readonly keys?: Keys;
  /** By a password, where users have one. */
  readonly signIn?: SignIn;
}

/**
 * API keys in a table of the app, each of one tenant. Columns are known by their names: id, prefix, digest, scopes, expires_at,
 * revoked_at, last_used_at.
 */
export interface Keys {
  readonly table: string;
  readonly id?: 'uuid' | 'bigint';
  readonly tenant: string;
  /** Column of the user who made it. */
  readonly user?: string;
}

/** What becomes of a new API key: `prefix` and `digest` are stored, `secret` is shown once and kept nowhere. */
export interface NewKey {
  readonly prefix: string;
  readonly secret: string;
  readonly digest: Buffer;
}

/** The role of an API key wherever roles are named: which rows it may see and write. */
export const KEY_ROLE = 'api_key';

/** The role of whoever sends no credential, where a resource is read without. */
export const PUBLIC_ROLE = 'public';

/** Functions of an app with keys: what `key_identity` answers is asked before anybody is known. */
export const KEY_FUNCTIONS = ['key_identity', 'key_used'] as const;

/** Each request names the tenant, and a link table says which ones a user may enter. */
interface MayEnterSeveral {
  readonly membership: Membership;
  readonly tenant?: never;
  readonly tenancies?: never;
}

export interface Membership {
  readonly table: string;
  readonly user: string;
  readonly tenant: string;
}

/**
 * A column of the user's own row is its tenant: the credential says which, and no request names one. `'none'`: there are no
 * tenants, and no tables that tell them apart.
 */
interface BelongsToOne {
  readonly tenant: string;
  readonly membership?: never;
  readonly tenancies?: never;
}

/** Headers choose among the tenants that a user has, in each of which it may be something else. */
interface Chooses {
  readonly tenancies: Tenancies;
  readonly tenant?: never;
  readonly membership?: never;
}

export interface Tenancies {
  /** A table, or a view with `security_invoker`: a row for each tenant of a user, with its role there. */
  readonly table: string;
  readonly user: string;
  /** The columns that say the tenant, here as in resources: its kind, a text, and its id. */
  readonly tenant: readonly [kind: string, id: string];
  /** What the first of them may say. */
  readonly kinds: readonly [string, ...string[]];
  /** The request headers that name kind and id, for example `['X-Tenant-Type', 'X-Tenant-Id']`. */
  readonly headers: readonly [kind: string, id: string];
  /** Of what kind the user itself is: its own tenant, where no header names one. */
  readonly own: string;
}

/** Whether the app's users and rows are of no tenant. */
export function hasNoTenants({ tenant }: Pick<Identity, 'tenant'>): boolean {
  return tenant === NONE;
}

/** The tenant that a credential of a user is good for; nothing where the request names one. */
export function tenantOfUser(
  { tenant, tenancies }: Identity,
  userId: string,
  row: Readonly<Record<string, string | null>>,
  chosen: Said | null,
): { readonly tenant?: string; readonly said?: Said } {
  if (tenancies !== undefined) {
    const said = chosen ?? ([tenancies.own, userId] as const);
    return { tenant: tenantKey(said), said };
  }
  if (tenant === undefined) return {};
  return { tenant: tenant === NONE ? NO_TENANT : (row[tenant] ?? '') };
}

/** Columns of the users' own table. */
export function userColumns(identity: Identity): readonly string[] {
  const columns = identityColumns(identity);
  return identity.tenancies === undefined ? columns : columns.filter((column) => column !== identity.role);
}

/** What `caller_identity` answers of a user, in this order. */
export function identityColumns(identity: Identity): readonly string[] {
  const { role, attributes, active } = identity;
  const tenant = hasNoTenants(identity) ? undefined : identity.tenant;
  return [...new Set([role, ...attributes, ...[tenant, active].filter((column) => column !== undefined)])];
}

export function keyColumns({ tenant, user }: Keys): readonly string[] {
  const known = ['id', 'prefix', 'digest', 'scopes', 'expires_at', 'revoked_at', 'last_used_at'];
  return [...known, tenant, ...(user === undefined ? [] : [user])];
}

/**
 * What a user of a role may do with a credential that names scopes of its own: those its role has; without any, all of its role.
 * Undefined where the app has no roles and the credential no scopes: that is everything.
 */
export function grantedScopes(
  { roles }: Pick<Identity, 'roles'>,
  role: string,
  narrowed: readonly string[],
): readonly string[] | undefined {
  if (roles === undefined) return narrowed.length === 0 ? undefined : narrowed;
  const all = Object.hasOwn(roles, role) ? (roles[role] ?? []) : [];
  if (narrowed.length === 0) return all;
  return narrowed.filter((scope) => all.includes(scope) || ENGINE_SCOPES.includes(scope));
}

/** Every scope there is in an app. */
export function knownScopes({ roles = {} }: Pick<Identity, 'roles'>): readonly string[] {
  return [...new Set(Object.values(roles).flat())].sort();
}

export const idType = ({ id = 'uuid' }: Pick<Identity, 'id'>): 'uuid' | 'bigint' => id;
