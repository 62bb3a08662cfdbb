import { readAccepted } from '../action/parse/accepted.ts';
import { gotValues } from '../action/parse/got.ts';
import { readQuery } from '../action/parse/query.ts';
import { Failure } from '../errors/failure.ts';
import { type AcceptedMembers, accept, type ValuesOf } from '../resource/accept.ts';
import { readWhole } from '../write/parse/body.ts';
import { Problems } from '../write/parse/problems.ts';

/** What each endpoint takes; longer texts are refused before anything is made of them. */
export const SIGN_IN_BODIES = {
  login: { email: accept.text({ required: true, most: 320 }), password: accept.text({ required: true, most: 1_024 }) },
  refresh: { refresh_token: accept.text({ required: true, most: 512 }) },
  logout: { refresh_token: accept.text({ most: 512 }) },
  'logout-all': {},
} as const satisfies Record<string, AcceptedMembers>;

export type SignInEndpoint = keyof typeof SIGN_IN_BODIES;

export const SIGN_IN_ENDPOINTS = Object.keys(SIGN_IN_BODIES) as readonly SignInEndpoint[];

/** One HTTP request for an endpoint of sign-in. */
export interface SignInCall {
  readonly endpoint: SignInEndpoint;
  /** JSON text as received; null when there is none. */
  readonly body: string | null;
  readonly fault?: { readonly path: string; readonly problem: string } | null;
  /** Of the address; none of its parameters is known here. */
  readonly query: URLSearchParams;
  readonly authorization: string | undefined;
  readonly idempotencyKey: string | null;
  readonly ifMatch: string | null;
  /** Of the client: of the connection, or what a trusted proxy says. */
  readonly address: string;
  readonly signal: AbortSignal;
}

/**
 * Asked before anything is counted, spent or ended, so that whoever is refused for a header has lost nothing.
 * @throws REQ_BODY, REQ_INVALID naming the member, parameter or header
 */
export function readSignIn<E extends SignInEndpoint>(
  endpoint: E,
  call: SignInCall,
): ValuesOf<(typeof SIGN_IN_BODIES)[E]> {
  const members: AcceptedMembers = SIGN_IN_BODIES[endpoint];
  const { body, fault = null } = call;
  const isOptional = Object.values(members).every(({ required }) => !required);
  const object =
    isOptional && (body === null || body.trim() === '') ? new Map<string, string>() : readWhole(body ?? '');
  if (fault !== null) throw new Failure('REQ_INVALID', { errors: { [fault.path]: [fault.problem] } });
  const problems = new Problems();
  refuseBeside(call, problems);
  const texts = readAccepted({ catalog: { tables: new Map() }, problems }, members, object, '');
  if (!problems.none) throw problems.toFailure();
  return gotValues(members, texts) as ValuesOf<(typeof SIGN_IN_BODIES)[E]>;
}

/** What nobody would honour is not ignored: a client that repeats a refresh by a key it relies on would end its session. */
function refuseBeside({ query, idempotencyKey, ifMatch }: SignInCall, problems: Problems): void {
  readQuery({}, query, [], problems);
  if (idempotencyKey !== null) problems.add('Idempotency-Key', 'No reply is kept here, since it may hold a token.');
  if (ifMatch !== null) problems.add('If-Match', 'This cannot be made to depend on a tag.');
}
