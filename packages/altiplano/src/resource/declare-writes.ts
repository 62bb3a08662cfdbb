import type { RowScope } from './resource.ts';
import type { ColumnMember, LinksMember, ReferenceMember, Writes } from './writes.ts';

/** What an author says of writes, over columns `C` of the table and tables `T` of the schema. */
export interface WritesDeclaration<C extends string, T extends string> {
  readonly actions: Writes['actions'];
  readonly bulk?: number;
  readonly members: Readonly<Partial<Record<C, ColumnMember | ReferenceMember>>>;
  /** Body members that name linked rows, each also an endpoint `:id/<path>/:<target>_id/`. */
  readonly links?: Readonly<Record<string, { readonly link: T; readonly target: T; readonly path: string }>>;
  readonly touched?: C;
  readonly stamp?: C;
  readonly derived?: Readonly<Partial<Record<C, { readonly rounded: C }>>>;
}

export function writesOf<C extends string, T extends string>(declaration: WritesDeclaration<C, T>): Writes {
  const { actions, bulk = null, members, links = {}, touched = null, stamp = null, derived = {} } = declaration;
  const linked = Object.entries(links).map(([member, { link, target }]): [string, LinksMember] => [
    member,
    { kind: 'links', link, target },
  ]);
  const rounded = Object.entries(derived as Record<string, { readonly rounded: string }>);
  return {
    actions,
    bulk,
    members: { ...(members as Writes['members']), ...Object.fromEntries(linked) },
    links: Object.values(links),
    touched,
    stamp,
    derived: Object.fromEntries(rounded.map(([column, { rounded: from }]) => [column, { kind: 'rounded', from }])),
  };
}

/** Constructors of body members. */
export const membersOf = <T extends string>() => ({
  required: (options: Pick<ColumnMember, 'range'> = {}): ColumnMember => ({
    kind: 'column',
    required: true,
    ...options,
  }),
  /** Null unless it is sent, or the `otherwise`. */
  optional: (options: Pick<ColumnMember, 'range'> & { readonly otherwise?: unknown } = {}): ColumnMember => {
    const { otherwise, ...rest } = options;
    return {
      kind: 'column',
      required: false,
      ...rest,
      ...(otherwise === undefined ? {} : { fallback: { value: otherwise } }),
    };
  },
  /** The time of the request unless it is sent. */
  now: (): ColumnMember => ({ kind: 'column', required: false, fallback: 'now' }),
  /** The id of a row of the same tenant. */
  reference: (
    table: T,
    options: {
      readonly required?: boolean;
      readonly deleted?: string;
      readonly matching?: readonly string[];
      readonly scopes?: Readonly<Record<string, RowScope>>;
    } = {},
  ): ReferenceMember => ({ kind: 'reference', table, required: false, ...options }),
});
