import type { RowScope } from './resource.ts';
import type { ColumnMember, LinksMember, ReferenceMember, States, WriteScope, Writes } from './writes.ts';

/** What an author says of writes, over columns `C` of the table and tables `T` of the schema. */
export interface WritesDeclaration<C extends string, T extends string> {
  readonly actions: Writes['actions'];
  readonly bulk?: number;
  readonly members: Readonly<Partial<Record<C, ColumnMember | ReferenceMember | typeof CALLER>>>;
  /** Role → the rows it may write; without it a role may write what it sees. */
  readonly scopes?: Readonly<Record<string, WriteScope<C>>>;
  /** Body members that name linked rows, each also an endpoint `:id/<path>/:<target>_id/`. */
  readonly links?: Readonly<Record<string, { readonly link: T; readonly target: T; readonly path: string }>>;
  /** Column → its state machine. */
  readonly states?: Readonly<Partial<Record<C, StatesDeclaration>>>;
  readonly touched?: C;
  readonly stamp?: C;
  readonly derived?: Readonly<Partial<Record<C, { readonly rounded: C }>>>;
}

export type StatesDeclaration = Pick<States, 'moves'> & Partial<Pick<States, 'starts' | 'needs'>>;

export function writesOf<C extends string, T extends string>(declaration: WritesDeclaration<C, T>): Writes {
  const {
    actions,
    bulk = null,
    members,
    links = {},
    scopes = null,
    states = {},
    touched = null,
    stamp = null,
    derived = {},
  } = declaration;
  const linked = Object.entries(links).map(([member, { link, target }]): [string, LinksMember] => [
    member,
    { kind: 'links', link, target },
  ]);
  const named = Object.entries(members as Readonly<Record<string, ColumnMember | ReferenceMember | typeof CALLER>>);
  const sent = named.filter((entry): entry is [string, ColumnMember | ReferenceMember] => entry[1] !== CALLER);
  const rounded = Object.entries(derived as Record<string, { readonly rounded: string }>);
  return {
    actions,
    bulk,
    members: Object.fromEntries([...sent, ...linked]),
    links: Object.values(links),
    callers: named.filter(([, member]) => member === CALLER).map(([column]) => column),
    scopes: scopes as Writes['scopes'],
    states: Object.entries(states as Readonly<Record<string, StatesDeclaration>>).map(([column, machine]) => ({
      column,
      starts: null,
      needs: {},
      ...machine,
    })),
    touched,
    stamp,
    derived: Object.fromEntries(rounded.map(([column, { rounded: from }]) => [column, { kind: 'rounded', from }])),
  };
}

/** Stands for a column that no body sets. */
const CALLER = 'caller';

type Bounds = Pick<ColumnMember, 'range' | 'least' | 'most' | 'conditional'>;

/** Constructors of body members. */
export const membersOf = <T extends string>() => ({
  required: (options: Bounds = {}): ColumnMember => ({
    kind: 'column',
    required: true,
    ...options,
  }),
  /** Null unless it is sent, or the `otherwise`. */
  optional: (options: Bounds & { readonly otherwise?: unknown } = {}): ColumnMember => {
    const { otherwise, ...rest } = options;
    return {
      kind: 'column',
      required: false,
      ...rest,
      ...(otherwise === undefined ? {} : { fallback: { value: otherwise } }),
    };
  },
  /** A text that is stored as ciphertext, in a column of type text. */
  encrypted: (options: { readonly required?: boolean; readonly most?: number } = {}): ColumnMember => ({
    kind: 'column',
    required: false,
    encrypted: true,
    ...options,
  }),
  /** The time of the request unless it is sent. */
  now: (): ColumnMember => ({ kind: 'column', required: false, fallback: 'now' }),
  /** The user who asks; of an API key, who made it. Never taken from a body. */
  caller: (): typeof CALLER => CALLER,
  /** The id of a row of the same tenant. */
  reference: (
    table: T,
    options: {
      readonly required?: boolean;
      readonly deleted?: string;
      readonly matching?: readonly string[];
      readonly scopes?: Readonly<Record<string, RowScope>>;
      /** The user who asks, unless it is sent. */
      readonly otherwise?: typeof CALLER;
    } = {},
  ): ReferenceMember => {
    const { otherwise, ...rest } = options;
    return {
      kind: 'reference',
      table,
      required: false,
      ...rest,
      ...(otherwise === undefined ? {} : { fallback: otherwise }),
    };
  },
});
