import { createHmac } from 'node:crypto';
import { isIPv6 } from 'node:net';
import type { Attempts } from '../resource/sign-in.ts';

/** Where an attempt is counted: a keyed digest of an account's or an address's name, so that whoever reads it learns neither. */
export interface AttemptLine {
  readonly line: Buffer;
  readonly most: number;
}

/** The address first: whoever has no room there takes none of the account's. */
export interface AttemptLines {
  readonly address: AttemptLine;
  readonly account: AttemptLine;
  /** Of both together: counted in place of the account's where the account was signed in to lately. */
  readonly place: AttemptLine;
  /** Seconds after which a line counts from nothing. */
  readonly span: number;
}

export function linesOf(
  pepper: string,
  limits: Attempts,
  { email, address }: { readonly email: string; readonly address: string },
): AttemptLines {
  const network = networkOf(address);
  // One line for all ways to write it: where case matters, another case is another account, and shares the line.
  const name = email.normalize('NFKC').toLowerCase();
  const line = (kind: string, text: string) => createHmac('sha256', pepper).update(`attempt ${kind} ${text}`).digest();
  return {
    address: { line: line('address', network), most: limits.address },
    account: { line: line('account', name), most: limits.account },
    // A network has no blank in it, so no two pairs are one text. The address as it was written: whoever has one that is only nearly
    // the same makes no place known for this one.
    place: { line: line('place', `${network} ${email}`), most: limits.account },
    span: limits.minutes * 60,
  };
}

/** Whoever has an IPv6 address has a network of 2^64 of them. IPv4 inside of IPv6 is IPv4. */
export function networkOf(address: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address);
  if (mapped !== null) return mapped[1] ?? address;
  if (!isIPv6(address)) return address;
  const [bare = ''] = address.split('%');
  const [head = '', tail] = bare.split('::');
  const [before, after] = [head, tail ?? ''].map((part) => part.split(':').filter((group) => group !== ''));
  const missing = tail === undefined ? 0 : 8 - (before?.length ?? 0) - (after?.length ?? 0);
  const groups = [...(before ?? []), ...Array.from({ length: Math.max(0, missing) }, () => '0'), ...(after ?? [])];
  return `${groups
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(':')}::/64`;
}
