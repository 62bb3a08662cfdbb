import { Failure } from '../errors/failure.ts';
import type { Observe } from '../observe/observation.ts';
import type { PasswordCost } from '../resource/sign-in.ts';
import { hashPassword, isSameCost, matches, noDigest, parseDigest, printCost, workOf } from './password.ts';

/**
 * At once in one process: libuv has four threads, which files and host names need too, and each digest takes 32 MB and a core.
 * More would finish no sooner.
 */
const MOST_AT_ONCE = 2;
/** Costs that digests of before have, in one app; others are checked all the same, and tell by their time that they are there. */
const MOST_FORMER = 2;
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
  /**
   * Whether the password is the one of this digest; false for null and for what is no digest. To say no is as much work whatever it is
   * given, from the first digest of a former cost on that this process has seen.
   */
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
  const former = new Map<string, PasswordCost>();
  const remember = (seen: PasswordCost) => {
    // One digest that is dearer than any should be must not make every refusal so.
    if (isSameCost(seen, cost) || workOf(seen) > workOf(cost) || former.size === MOST_FORMER) return;
    former.set(printCost(seen), seen);
  };
  const derivations: Derivations = {
    async check(password, text) {
      const digest = (text === null ? null : parseDigest(text)) ?? noDigest(cost);
      remember(digest.cost);
      const isRight = await timed(digest.cost, () => matches(password, digest));
      if (isRight) return true;
      // A digest of a former cost would tell by its time that there is such a user: each refusal takes what all costs come to.
      for (const other of [cost, ...former.values()])
        if (!isSameCost(digest.cost, other)) await timed(other, () => matches(password, noDigest(other)));
      return false;
    },
    hash: (password) => timed(cost, () => hashPassword(password, { cost })),
  };
  return { cost, inTurn: (signal, work) => turns.take(() => work(derivations), signal) };
}
