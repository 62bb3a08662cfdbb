import { name as quoted } from '../sql/text.ts';

export type Kind = 'rollup' | 'summary' | 'bitmap';
export type KeptState = 'unbuilt' | 'building' | 'ready';

/** A rollup, a summary or a bitmap as the database has it. */
export interface Registered {
  readonly schema: string;
  readonly name: string;
  /** `unbuilt` too when its rows carry the transaction numbers of another cluster. */
  readonly state: KeptState;
  /** As `definitionOf` made it when its migration was written. */
  readonly definition: unknown;
  /** Which of the two tables that triggers append to is written. */
  readonly generation: 0 | 1;
}

/** What triggers append to, in two tables that are written in turn: deltas of a rollup or a summary, a bitmap's tail. */
export interface Appended extends Pick<Registered, 'schema' | 'name' | 'generation'> {
  readonly kind: Kind;
  readonly tables: readonly [string, string];
  /** The column that says when an entry was written. */
  readonly notedAt: string;
  /** Entries of one of the tables that no fold has seen: `from … where …`, with `$1` and `$2` schema and name, `d` the entry. */
  unfolded(table: string): string;
}

/** For people and in labels: `callbot.customer_call_rollup`. */
export function titleOf({ schema, name }: Pick<Registered, 'schema' | 'name'>): string {
  return `${schema}.${name}`;
}

/** An object of it as SQL: its table, with a suffix the others and functions. */
export function objectOf({ schema, name }: Pick<Registered, 'schema' | 'name'>, suffix = ''): string {
  return `${quoted(schema)}.${quoted(`${name}${suffix}`)}`;
}

export function registryOf(kind: Kind): string {
  return `altiplano.${kind}`;
}

/** Equal whatever the order of keys: jsonb does not keep it. */
export function sameDefinition(one: unknown, other: unknown): boolean {
  return canonical(one) === canonical(other);
}

function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, part) =>
    part !== null && typeof part === 'object' && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );
}
