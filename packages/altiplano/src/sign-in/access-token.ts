import { createSecretKey, type KeyObject } from 'node:crypto';
import { errors, type JWTPayload, jwtVerify, SignJWT } from 'jose';
import type { KeyRing } from '../encryption/key-ring.ts';
import { isMessage, READERS } from '../request/values.ts';
import type { KeyType } from '../resource/resource.ts';

/** What an access token says: which user, in which session. */
export interface AccessClaims {
  readonly userId: string;
  readonly session: string;
  /** Seconds of the epoch. */
  readonly expires: number;
}

export interface AccessTokens {
  /** @param seconds it is good for */
  sign(claims: Omit<AccessClaims, 'expires'>, seconds: number): Promise<string>;
  /** Null for whatever is not one of ours and good now: which of its faults it had is nobody's to know. */
  verify(text: string): Promise<AccessClaims | null>;
}

/** Whoever verifies is who signs, so there is no key to give away, and none that could be taken for another kind. */
const ALGORITHM = 'HS256';
/** RFC 9068: no other JWT that the same keys may sign some day is one of these. */
const TYPE = 'at+jwt';
const ISSUER = 'altiplano';
const LONGEST = 2_048;
/** `accessMinutes` is at most 10 (`resource/sign-in.ts`), and no signer's clock is further ahead than that. */
const MOST_SECONDS = 600;
/** Of 128 random bits, as `newSessionId` writes them. */
const SESSION = /^[0-9a-f]{32}$/;

/** Access tokens of one app's users, signed with the first key; of older keys they are accepted. */
export function accessTokens(app: string, userKey: KeyType, { current, keys }: KeyRing): AccessTokens {
  const secrets = new Map(
    [...keys.values()].map(({ id, secret }): [string, KeyObject] => [id, createSecretKey(secret)]),
  );
  return {
    async sign({ userId, session }, seconds) {
      const now = Math.floor(Date.now() / 1000);
      const key = secrets.get(current.id) as KeyObject;
      return new SignJWT({ sid: session })
        .setProtectedHeader({ alg: ALGORITHM, kid: current.id, typ: TYPE })
        .setIssuer(ISSUER)
        .setAudience(app)
        .setSubject(userId)
        .setIssuedAt(now)
        .setExpirationTime(now + seconds)
        .sign(key);
    },
    async verify(text) {
      if (text.length > LONGEST) return null;
      try {
        const { payload } = await jwtVerify(text, ({ kid }) => keyOf(secrets, kid), {
          algorithms: [ALGORITHM],
          typ: TYPE,
          issuer: ISSUER,
          audience: app,
          requiredClaims: ['sub', 'sid', 'iat', 'exp'],
        });
        return readClaims(payload, userKey);
      } catch (error) {
        if (error instanceof errors.JOSEError) return null;
        throw error;
      }
    },
  };
}

/** Null for what no token of ours could say, so that nothing of it is looked up. */
function readClaims({ sub, sid, iat, exp }: JWTPayload, userKey: KeyType): AccessClaims | null {
  if (typeof sub !== 'string' || isMessage(READERS[userKey](sub))) return null;
  if (typeof sid !== 'string' || !SESSION.test(sid)) return null;
  if (iat === undefined || exp === undefined || !Number.isInteger(iat) || !Number.isInteger(exp)) return null;
  const isOurs = exp > iat && exp <= iat + MOST_SECONDS && iat <= Date.now() / 1000 + MOST_SECONDS;
  return isOurs ? { userId: sub, session: sid, expires: exp } : null;
}

function keyOf(secrets: ReadonlyMap<string, KeyObject>, kid: string | undefined): KeyObject {
  const key = secrets.get(kid ?? '');
  if (key === undefined) throw new errors.JWKSNoMatchingKey();
  return key;
}
