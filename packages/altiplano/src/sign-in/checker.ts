import { Failure } from '../errors/failure.ts';
import type { Observe } from '../observe/observation.ts';
import type { PasswordCost } from '../resource/sign-in.ts';
import { hashPassword, isSameCost, matches, noDigest, parseDigest, printCost } from './password.ts';

/**
 * At once in one process: libuv has four threads, which files and host names need too, and each digest takes 32 MB and a core.
 * More would finish no sooner.
 */
const MOST_AT_ONCE = 2;
/** Whoever comes after these waited longer than anybody would. */
const MOST_WAITING = 64;

export interface PasswordChecker {
  /**
   * Whether the password is the one of this digest; false for null and for what is no digest. One derivation whatever it is given.
   * @throws AUTH_BUSY when too many wait
   */
  check(password: string, digest: string | null, signal: AbortSignal): Promise<boolean>;
  /** A new digest at the usual cost. */
  hash(password: string, signal: AbortSignal): Promise<string>;
  readonly cost: PasswordCost;
}

/** One for the process: the bound is the machine's and not an app's. */
export class Turns {
  readonly #most: number;
  readonly #waiting: (() => void)[] = [];
  #taken = 0;

  constructor(most = MOST_AT_ONCE) {
    this.#most = most;
  }

  async take<T>(work: () => Promise<T>, signal: AbortSignal): Promise<T> {
    if (this.#taken < this.#most) this.#taken += 1;
    else {
      if (this.#waiting.length >= MOST_WAITING) throw new Failure('AUTH_BUSY');
      // Whoever finishes hands its turn on, so the number taken stays.
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
    try {
      if (signal.aborted) throw new Failure('EXEC_CANCELLED');
      return await work();
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) this.#taken -= 1;
      else next();
    }
  }
}

export function passwordChecker(turns: Turns, cost: PasswordCost, observe: Observe): PasswordChecker {
  const timed = <T>(of: PasswordCost, work: () => Promise<T>, signal: AbortSignal): Promise<T> =>
    turns.take(async () => {
      const started = performance.now();
      const made = await work();
      observe({ kind: 'password.derived', cost: printCost(of), milliseconds: performance.now() - started });
      return made;
    }, signal);
  return {
    cost,
    check(password, text, signal) {
      const digest = (text === null ? null : parseDigest(text)) ?? noDigest(cost);
      // A digest of another cost tells by its time that there is such a user; the usual derivation on top hides it.
      const derive = async () => {
        const isRight = await matches(password, digest);
        if (!isRight && !isSameCost(digest.cost, cost)) await matches(password, noDigest(cost));
        return isRight;
      };
      return timed(digest.cost, derive, signal);
    },
    hash: (password, signal) => timed(cost, () => hashPassword(password, { cost }), signal),
  };
}
