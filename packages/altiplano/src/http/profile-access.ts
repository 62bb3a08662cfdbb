import type { Authenticator, Credential } from '../auth/authenticate.ts';
import type { Engine } from '../engine.ts';
import { Failure } from '../errors/failure.ts';
import type { Viewer } from '../profile/admin/viewer.ts';
import { EXPLAIN_SCOPE, OPERATE_SCOPE, PROFILE_SCOPE } from '../resource/profile-scopes.ts';

/** Of users' tokens only: an API key is made by users, who could give it more than they have. */
export const scopesOf = ({ caller }: Credential): readonly string[] =>
  caller.key === undefined ? (caller.scopes ?? []) : [];

type Headers = Readonly<Record<string, string | readonly string[] | undefined>>;

/**
 * Who asks for what was profiled: a credential of any of the apps.
 * @throws AUTH_MISSING, AUTH_INVALID, AUTH_PERMISSION without `profile:read`
 */
export async function viewerOf(
  engine: Engine,
  headers: Headers & { readonly authorization?: string | undefined },
): Promise<Viewer> {
  let refused: unknown = new Failure('AUTH_MISSING');
  for (const [app, authenticator] of authenticatorsOf(engine)) {
    try {
      const credential = await authenticator.authenticate(headers.authorization, headers);
      const scopes = scopesOf(credential);
      if (!scopes.includes(PROFILE_SCOPE)) throw new Failure('AUTH_PERMISSION', { values: { scope: PROFILE_SCOPE } });
      const { userId, tenant = null } = credential.caller;
      const everything = scopes.includes(OPERATE_SCOPE);
      return { app, tenant, user: userId, everything, explains: scopes.includes(EXPLAIN_SCOPE) };
    } catch (error) {
      refused = error;
      if (!(error instanceof Failure) || error.code !== 'AUTH_INVALID') break;
    }
  }
  throw refused;
}

function authenticatorsOf({ apps, services, actions }: Engine): ReadonlyMap<string, Authenticator> {
  const found = new Map<string, Authenticator>();
  for (const { catalog, authenticator } of [...services, ...actions]) {
    const app = apps.find(({ schema }) => schema === catalog.schema)?.name;
    if (app !== undefined) found.set(app, authenticator);
  }
  return found;
}
