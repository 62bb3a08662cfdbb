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
   * A place in the line, kept until the work is done. What waits has nothing yet, no connection either; whoever leaves is out of the line.
   * @throws AUTH_BUSY when too many wait, EXEC_CANCELLED
   */
  inTurn<T>(signal: AbortSignal, work: (derivations: Derivations) => Promise<T>): Promise<T>;
  readonly cost: PasswordCost;
}

/** Of whoever has a place. */
export interface Derivations {
  /** Whether the password is the one of this digest; false for null and for what is no digest. As much work whatever it is given. */
  check(password: string, digest: string | null): Promise<boolean>;
  /** A new digest at the usual cost. */
  hash(password: string): Promise<string>;
}

/** One for the process: the bound is the machine's and not an app's. */
export class Turns {
  readonly #most: number;
  readonly #waiting = new Set<() => void>();
  #taken = 0;

  constructor(most = MOST_AT_ONCE) {
    this.#most = most;
  }

  async take<T>(work: () => Promise<T>, signal: AbortSignal): Promise<T> {
    if (signal.aborted) throw new Failure('EXEC_CANCELLED');
    if (this.#taken < this.#most) this.#taken += 1;
    else await this.#wait(signal);
    try {
      if (signal.aborted) throw new Failure('EXEC_CANCELLED');
      return await work();
    } finally {
      // Whoever finishes hands its turn on, so the number taken stays.
      const [next] = this.#waiting;
      if (next === undefined) this.#taken -= 1;
      else next();
    }
  }

  #wait(signal: AbortSignal): Promise<void> {
    if (this.#waiting.size >= MOST_WAITING) throw new Failure('AUTH_BUSY');
    return new Promise((resolve, reject) => {
      const leave = () => {
        this.#waiting.delete(begin);
        reject(new Failure('EXEC_CANCELLED'));
      };
      const begin = () => {
        this.#waiting.delete(begin);
        signal.removeEventListener('abort', leave);
        resolve();
      };
      this.#waiting.add(begin);
      signal.addEventListener('abort', leave, { once: true });
    });
  }
}

export function passwordChecker(turns: Turns, cost: PasswordCost, observe: Observe): PasswordChecker {
  const timed = async <T>(of: PasswordCost, work: () => Promise<T>): Promise<T> => {
    const started = performance.now();
    const made = await work();
    observe({ kind: 'password.derived', cost: printCost(of), milliseconds: performance.now() - started });
    return made;
  };
  const derivations: Derivations = {
    async check(password, text) {
      const digest = (text === null ? null : parseDigest(text)) ?? noDigest(cost);
      const isRight = await timed(digest.cost, () => matches(password, digest));
      // A digest of another cost tells by its time that there is such a user; the usual derivation on top hides it.
      if (!isRight && !isSameCost(digest.cost, cost)) await timed(cost, () => matches(password, noDigest(cost)));
      return isRight;
    },
    hash: (password) => timed(cost, () => hashPassword(password, { cost })),
  };
  return { cost, inTurn: (signal, work) => turns.take(() => work(derivations), signal) };
}
