/** How users of an app sign in by a password; their `active` is the identity's. */
export interface SignIn {
  /** Where its endpoints are: `/auth` makes `/auth/login`, `/auth/refresh`, `/auth/logout` and `/auth/logout-all`. */
  readonly path: string;
  /** Column that names a user at login, unique. Compared as its type does, so exactly unless it is a `citext`. */
  readonly email: string;
  /** Compares texts without regard to case: the unique index is one of `lower(email)` then. */
  readonly ignoresCase?: boolean;
  /** Text column of what `hashPassword` makes; null: nobody signs in as this user. */
  readonly digest: string;
  /** Minutes that an access token is good for: 1 to 10, and 10 unless said otherwise. */
  readonly accessMinutes?: number;
  /** Days without a refresh after which a session is over; 14 unless said otherwise. */
  readonly idleDays?: number;
  /** Days after which it is over in any case; 90 unless said otherwise. */
  readonly longestDays?: number;
  /** What a new digest costs; older ones are made anew at the next login. */
  readonly cost?: PasswordCost;
  /** How often somebody may try; null: as often as they like, since something in front of the server counts. */
  readonly attempts?: Attempts | null;
}

/** Wrong passwords of an account and from an address (of IPv6 a /64) within so many minutes. */
export interface Attempts {
  readonly account: number;
  readonly address: number;
  readonly minutes: number;
}

/** A password that is guessed at random takes years at 40 an hour, and who mistypes theirs waits for a quarter of an hour. */
export const ATTEMPTS: Attempts = { account: 10, address: 100, minutes: 15 };

/** Of scrypt: 2^`ln` blocks of 128 · `r` bytes, gone through `p` times. */
export interface PasswordCost {
  readonly ln: number;
  readonly r: number;
  readonly p: number;
}

/** 32 MB and some tenths of a second of a core: one of OWASP's equivalent choices. */
export const PASSWORD_COST: PasswordCost = { ln: 15, r: 8, p: 3 };

/** Functions of an app with sign-in: what they answer is asked before anybody is known. */
export const SIGN_IN_FUNCTIONS = ['sign_in_user', 'sign_in_rehash'] as const;

/** How long what is handed out is good for, in seconds. */
export interface Lifetimes {
  readonly access: number;
  readonly idle: number;
  readonly longest: number;
}

const DAY = 86_400;

export function lifetimesOf({ accessMinutes = 10, idleDays = 14, longestDays = 90 }: SignIn): Lifetimes {
  return { access: accessMinutes * 60, idle: idleDays * DAY, longest: longestDays * DAY };
}
