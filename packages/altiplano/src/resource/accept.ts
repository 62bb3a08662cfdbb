/**
 * What an action's body or query may hold. Read by the code that reads the bodies of resource writes; `T` is what the
 * handler gets.
 */
export interface Accepted<T = unknown> {
  readonly required: boolean;
  readonly nullable: boolean;
  /** What stands in for a member that is not sent; without it the member is absent. */
  readonly otherwise?: unknown;
  readonly value: AcceptedValue;
  /** Never there: only the compiler reads it. */
  readonly typed?: T;
}

export type AcceptedValue =
  | { readonly kind: 'text'; readonly most?: number }
  | { readonly kind: 'choice'; readonly choices: readonly string[] }
  | { readonly kind: 'float' | 'integer'; readonly range?: readonly [number, number] }
  | {
      readonly kind: 'decimal';
      readonly digits?: readonly [number, number];
      readonly range?: readonly [number, number];
    }
  | { readonly kind: 'uuid' | 'boolean' | 'bigint' | 'instant' | 'date' | 'document' }
  /** As the column of the live database is: its type, length and whether null is allowed. */
  | { readonly kind: 'column'; readonly table: string; readonly column: string }
  | { readonly kind: 'list'; readonly items: ListItems; readonly least: number; readonly most: number };

/** Values of one kind, or objects with these members. */
export type ListItems =
  | { readonly kind: 'values'; readonly value: Accepted }
  | { readonly kind: 'objects'; readonly members: AcceptedMembers };

export type AcceptedMembers = Readonly<Record<string, Accepted>>;
export type NoMembers = Readonly<Record<never, Accepted>>;

/** The object a handler gets: a member that may be missing is `undefined`. */
export type ValuesOf<M extends AcceptedMembers> = { readonly [K in keyof M]: TypeOf<M[K]> };

export type TypeOf<A> = A extends Accepted<infer T> ? T : never;

interface Options<T> {
  readonly required?: boolean;
  readonly nullable?: boolean;
  readonly otherwise?: T;
}

type Got<T, O> =
  | (O extends { readonly required: true } | { readonly otherwise: unknown } ? T : T | undefined)
  | (O extends { readonly nullable: true } ? null : never);

function accepted<T>(value: AcceptedValue, options: Options<unknown> = {}): Accepted<T> {
  const { required = false, nullable = false, otherwise } = options;
  return { required, nullable, value, ...(otherwise === undefined ? {} : { otherwise }) };
}

type Range = { readonly range?: readonly [number, number] };
const rangeOf = ({ range }: Range): Range => (range === undefined ? {} : { range });

export const accept = {
  text: <const O extends Options<string> & { readonly most?: number }>(options: O = {} as O) =>
    accepted<Got<string, O>>({ kind: 'text', ...(options.most === undefined ? {} : { most: options.most }) }, options),
  choice: <const C extends string, const O extends Options<C>>(choices: readonly C[], options: O = {} as O) =>
    accepted<Got<C, O>>({ kind: 'choice', choices }, options),
  uuid: <const O extends Options<string>>(options: O = {} as O) => accepted<Got<string, O>>({ kind: 'uuid' }, options),
  boolean: <const O extends Options<boolean>>(options: O = {} as O) =>
    accepted<Got<boolean, O>>({ kind: 'boolean' }, options),
  integer: <const O extends Options<number> & Range>(options: O = {} as O) =>
    accepted<Got<number, O>>({ kind: 'integer', ...rangeOf(options) }, options),
  number: <const O extends Options<number> & Range>(options: O = {} as O) =>
    accepted<Got<number, O>>({ kind: 'float', ...rangeOf(options) }, options),
  /** Digits as they were sent, a text: `[precision, scale]` says how many. */
  decimal: <const O extends Options<string> & Range>(digits: readonly [number, number], options: O = {} as O) =>
    accepted<Got<string, O>>({ kind: 'decimal', digits, ...rangeOf(options) }, options),
  /** A whole number of eight bytes, as the text of its digits. */
  bigint: <const O extends Omit<Options<string>, 'otherwise'>>(options: O = {} as O) =>
    accepted<Got<string, O>>({ kind: 'bigint' }, options),
  /** An ISO text that says its offset. */
  instant: <const O extends Options<string>>(options: O = {} as O) =>
    accepted<Got<string, O>>({ kind: 'instant' }, options),
  date: <const O extends Options<string>>(options: O = {} as O) => accepted<Got<string, O>>({ kind: 'date' }, options),
  /** Any JSON, as its text: to be stored digit for digit. */
  document: <const O extends Options<string>>(options: O = {} as O) =>
    accepted<Got<string, O>>({ kind: 'document' }, options),
  /** Checked as a resource's write of that column would be. `T` is yours to say: text unless the column is a number. */
  column: <T = string, const O extends Options<T> = Options<T>>(table: string, column: string, options: O = {} as O) =>
    accepted<Got<T, O>>({ kind: 'column', table, column }, options),
  list: listOf,
};

interface Length {
  readonly least?: number;
  readonly most: number;
}

function listOf<const M extends AcceptedMembers, const O extends Options<readonly []> & Length>(
  members: M,
  options: O,
): Accepted<Got<readonly ValuesOf<M>[], O>>;
function listOf<T, const O extends Options<readonly T[]> & Length>(
  value: Accepted<T>,
  options: O,
): Accepted<Got<readonly Exclude<T, undefined>[], O>>;
function listOf(of: Accepted | AcceptedMembers, options: Options<readonly unknown[]> & Length): Accepted {
  const { least = 0, most } = options;
  const items: ListItems = isAccepted(of) ? { kind: 'values', value: of } : { kind: 'objects', members: of };
  return accepted({ kind: 'list', items, least, most }, options);
}

/** A member may be called `value`, but then it is no object with a kind. */
function isAccepted(of: Accepted | AcceptedMembers): of is Accepted {
  return 'value' in of && 'kind' in (of.value as object);
}
