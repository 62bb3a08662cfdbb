import { Failure } from '../../errors/failure.ts';
import { shorten } from '../../request/values.ts';

/** A body of a million wrong members gets an answer it can read. */
const MOST_PROBLEMS = 100;

/** Messages by the place they belong to: `name`, or `items.3.name` in a bulk request. */
export class Problems {
  // A map: a member may be called `__proto__`.
  readonly #found = new Map<string, readonly string[]>();
  #count = 0;

  get none(): boolean {
    return this.#count === 0;
  }

  /** No more are taken: looking for more would be work for nobody. */
  get full(): boolean {
    return this.#count >= MOST_PROBLEMS;
  }

  add(place: string, message: string): void {
    if (this.full) return;
    this.#count += 1;
    this.#found.set(place, [...(this.#found.get(place) ?? []), message]);
  }

  addAll(errors: Readonly<Record<string, readonly string[]>> = {}): void {
    for (const [place, messages] of Object.entries(errors)) for (const message of messages) this.add(place, message);
  }

  toFailure(
    code: 'REQ_INVALID' | 'AUTH_ROW' | 'REQ_STATE' = 'REQ_INVALID',
    values: Readonly<Record<string, string>> = {},
  ): Failure {
    return new Failure(code, { values, errors: Object.fromEntries(this.#found) });
  }
}

/** `items.3.` and the member's name, which somebody may have made very long. */
export function placeOf(prefix: string, member: string): string {
  return `${prefix}${shorten(member)}`;
}
