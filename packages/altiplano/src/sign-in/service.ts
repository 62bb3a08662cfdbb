import type { Authenticator, Credential } from '../auth/authenticate.ts';
import type { Failure } from '../errors/failure.ts';
import type { Observe } from '../observe/observation.ts';
import { currentTrace, within } from '../profile/trace.ts';
import type { Lifetimes, SignIn } from '../resource/sign-in.ts';
import type { Said } from '../resource/tenant-key.ts';
import type { AccessTokens } from './access-token.ts';
import type { PasswordChecker } from './checker.ts';
import type { SessionStore } from './sessions.ts';
import type { SignInUsers } from './users.ts';

/** Sign-in of one app, ready to answer. */
export interface SignInService {
  /** The app's name, in its tokens. */
  readonly app: string;
  readonly signIn: SignIn;
  readonly lifetimes: Lifetimes;
  readonly users: SignInUsers;
  readonly checker: PasswordChecker;
  /** Null where there are no keys: then it is unavailable. */
  readonly tokens: AccessTokens | null;
  readonly sessions: SessionStore;
  readonly pepper: string;
  readonly authenticator: Pick<Authenticator, 'authenticate' | 'forget'>;
  readonly observe: Observe;
  readonly unavailable: () => Failure | null;
}

/**
 * What an access token speaks for: its user, as long as its session is one. The two are looked up at once, and like any credential they
 * are kept for a second.
 */
export function sessionVerifier({ tokens, sessions, users }: Pick<SignInService, 'tokens' | 'sessions' | 'users'>) {
  return async (text: string, said: Said | null = null): Promise<Credential | null> => {
    const trace = currentTrace();
    const claims = (await tokens?.verify(text)) ?? null;
    if (claims === null) return null;
    const asked = performance.now();
    const [session, caller] = await within(trace, () =>
      Promise.all([sessions.find(claims.session), users.caller(claims.userId, said)]),
    );
    if (session === null || caller === null || session.userId !== claims.userId) return null;
    const remaining = Math.min(claims.expires - Date.now() / 1000, session.remaining);
    return { caller, until: asked + remaining * 1000, session: claims.session };
  };
}
