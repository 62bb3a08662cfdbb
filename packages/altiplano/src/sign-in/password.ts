import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto';
import { PASSWORD_COST, type PasswordCost } from '../resource/sign-in.ts';

/**
 * What a password is compared with, in the PHC format: `$scrypt$ln=15,r=8,p=3$<salt>$<hash>`, base64 without padding. 32 bytes of
 * scrypt over the UTF-8 of the password's NFKC form, so that it may be typed on any keyboard.
 */
export interface Digest {
  readonly cost: PasswordCost;
  readonly salt: Buffer;
  readonly hash: Buffer;
}

export interface HashOptions {
  readonly cost?: PasswordCost;
  /** 16 random bytes unless said otherwise, as a sample does that is the same each time. */
  readonly salt?: Buffer;
}

const HASH_BYTES = 32;
const SALT_BYTES = 16;
const SHAPE = /^\$scrypt\$ln=(\d{1,2}),r=(\d{1,2}),p=(\d{1,2})\$([A-Za-z0-9+/]{11,86})\$([A-Za-z0-9+/]{43})$/;

/** Nobody takes all memory by putting a digest into a table. */
const MOST_BYTES = 512 * 1024 * 1024;

/** The digest of a password, for the column that `signIn` names. Off the event loop, and as slow as it is meant to be. */
export async function hashPassword(password: string, options: HashOptions = {}): Promise<string> {
  const { cost = PASSWORD_COST, salt = randomBytes(SALT_BYTES) } = options;
  return printDigest({ cost, salt, hash: await derive(password, cost, salt) });
}

/** Null for what is no digest of ours. */
export function parseDigest(text: string): Digest | null {
  const [, ln, r, p, salt = '', hash = ''] = SHAPE.exec(text) ?? [];
  const cost = { ln: Number(ln), r: Number(r), p: Number(p) };
  if (ln === undefined || cost.ln < 1 || cost.r < 1 || cost.p < 1 || bytesOf(cost) > MOST_BYTES) return null;
  return { cost, salt: Buffer.from(salt, 'base64'), hash: Buffer.from(hash, 'base64') };
}

/** What an unknown user's password is compared with: nothing it could be equal to, at the usual cost. */
export function noDigest(cost: PasswordCost): Digest {
  return { cost, salt: randomBytes(SALT_BYTES), hash: Buffer.alloc(0) };
}

export async function matches(password: string, { cost, salt, hash }: Digest): Promise<boolean> {
  const derived = await derive(password, cost, salt);
  return hash.length === derived.length && timingSafeEqual(hash, derived);
}

export const isSameCost = (a: PasswordCost, b: PasswordCost): boolean => a.ln === b.ln && a.r === b.r && a.p === b.p;

/** What a derivation takes, beside what others do. */
export const workOf = ({ ln, r, p }: PasswordCost): number => 2 ** ln * r * p;

export const printCost = ({ ln, r, p }: PasswordCost): string => `ln=${ln},r=${r},p=${p}`;

function printDigest({ cost, salt, hash }: Digest): string {
  const printed = [salt, hash].map((bytes) => bytes.toString('base64').replace(/=+$/, ''));
  return `$scrypt$${printCost(cost)}$${printed.join('$')}`;
}

const bytesOf = ({ ln, r, p }: PasswordCost): number => 128 * r * (2 ** ln + p + 2);

function derive(password: string, cost: PasswordCost, salt: Buffer): Promise<Buffer> {
  const { ln, r, p } = cost;
  return new Promise((resolve, reject) => {
    scrypt(
      password.normalize('NFKC'),
      salt,
      HASH_BYTES,
      { N: 2 ** ln, r, p, maxmem: bytesOf(cost) },
      (error, derived) => (error === null ? resolve(derived) : reject(error)),
    );
  });
}
