import type { Catalog } from '../catalog/catalog.ts';
import { SIGN_IN_BODIES, SIGN_IN_ENDPOINTS, type SignInEndpoint } from '../sign-in/call.ts';
import type { SignInService } from '../sign-in/service.ts';
import { membersSchema } from './accepted-schema.ts';
import { problemContent, refusals } from './problem-schema.ts';
import { objectOf, type Schema } from './schema.ts';

export type DescribedSignIn = Pick<SignInService, 'app' | 'signIn' | 'lifetimes'>;

/** Path → method → operation, for the sign-in of every app that has one. */
export function signInPaths(services: readonly DescribedSignIn[]): Readonly<Record<string, Schema>> {
  return Object.fromEntries(
    services.flatMap((service) =>
      SIGN_IN_ENDPOINTS.map((endpoint) => [
        `${service.signIn.path}/${endpoint}`,
        { post: describe(service, endpoint) },
      ]),
    ),
  );
}

export const signInTag = ({ app }: DescribedSignIn): string => `${app}.sign-in`;

const SUMMARIES: Readonly<Record<SignInEndpoint, string>> = {
  login: 'Begin a session with a password',
  refresh: 'Exchange the refresh token; one that was exchanged before ends the session',
  logout: 'End the session of the access token, or without one that of a refresh token',
  'logout-all': 'End all sessions of the user',
};

const NO_TABLES: Pick<Catalog, 'tables'> = { tables: new Map() };

function describe(service: DescribedSignIn, endpoint: SignInEndpoint): Schema {
  const members = SIGN_IN_BODIES[endpoint];
  const required = Object.values(members).some((member) => member.required);
  const schema = membersSchema(NO_TABLES, members);
  const handsOut = endpoint === 'login' || endpoint === 'refresh';
  return {
    operationId: `${service.app}.${endpoint}`,
    tags: [signInTag(service)],
    summary: SUMMARIES[endpoint],
    // Without a credential; of a logout a refresh token may stand in for it.
    ...(handsOut ? { security: [] } : endpoint === 'logout' ? { security: [{ bearer: [] }, {}] } : {}),
    requestBody: { required, content: { 'application/json': { schema, example: exampleOf(endpoint) } } },
    responses: { ...(handsOut ? handedOut(service) : { 204: { description: 'Done.' } }), ...refused(endpoint) },
  };
}

function handedOut({ lifetimes }: DescribedSignIn): Schema {
  const schema = objectOf({
    access_token: { type: 'string', description: 'A JWT, for `Authorization: Bearer`.' },
    token_type: { const: 'Bearer' },
    expires_in: { type: 'integer', const: lifetimes.access, description: 'Seconds.' },
    refresh_token: { type: 'string', description: 'Good once.' },
  });
  const example = {
    access_token: 'eyJhbGciOiJIUzI1NiIsImtpZCI6ImxvY2FsIn0.e30.c2lnbmF0dXJl',
    token_type: 'Bearer',
    expires_in: lifetimes.access,
    refresh_token: REFRESH,
  };
  return { 200: { description: 'The tokens.', content: { 'application/json': { schema, example } } } };
}

const REFRESH = `altr_app_${'0'.repeat(32)}_${'a'.repeat(65)}`;

function exampleOf(endpoint: SignInEndpoint): object {
  if (endpoint === 'login') return { email: 'a@example.com', password: 'correct horse battery staple' };
  return endpoint === 'logout-all' ? {} : { refresh_token: REFRESH };
}

function refused(endpoint: SignInEndpoint): Schema {
  const descriptions: Readonly<Record<SignInEndpoint, string>> = {
    login: 'Email or password is not right, or the user may not sign in.',
    refresh: 'The refresh token is not good, or its session is over.',
    logout: 'No token, or not a valid one.',
    'logout-all': 'No token, or not a valid one.',
  };
  const general =
    endpoint === 'login' || endpoint === 'refresh'
      ? refusals(400, 413, 414, 415, ...(endpoint === 'login' ? [429 as const] : []), 503)
      : refusals(400, 403, 413, 414, 415, 503);
  return { ...general, 401: { description: descriptions[endpoint], content: problemContent() } };
}
