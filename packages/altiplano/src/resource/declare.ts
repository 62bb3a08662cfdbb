import { checkDeclaration } from './check.ts';
import { membersOf, type WritesDeclaration, writesOf } from './declare-writes.ts';
import type {
  AggregateField,
  ColumnField,
  Condition,
  Field,
  FirstField,
  NamesField,
  ObjectField,
  OneField,
  Source,
} from './field.ts';
import type { Domain, Filter, ValueType } from './filter.ts';
import { filtersOf } from './filters.ts';
import { parseOrder, type SignedColumn } from './order.ts';
import type { Resource } from './resource.ts';

type Name<T> = Extract<keyof T, string>;
type Column<DB, T extends Name<DB>> = Name<DB[T]>;

export interface Declaration<DB, T extends Name<DB>> {
  readonly name: string;
  readonly path: `/${string}/`;
  readonly tenant: Column<DB, T>;
  readonly deleted: Column<DB, T>;
  readonly order: readonly [SignedColumn<Column<DB, T>>, SignedColumn<Column<DB, T>>];
  /** Types of the order columns; a time, then the key, unless said otherwise. */
  readonly orderTypes?: readonly [ValueType, ValueType];
  readonly page?: { readonly size: number; readonly most: number };
  readonly fields: Readonly<Record<string, Field>>;
  readonly filters: Readonly<Record<string, Filter>>;
  readonly domains?: Readonly<Partial<Record<Column<DB, T>, Domain>>>;
  readonly paths?: readonly (readonly Column<DB, T>[])[];
  /** Needed by filters over labels and attributes. */
  readonly postings?: { readonly table: Name<DB>; readonly key: string };
  /** Role → the rows it may see; a role that is not named sees none. Without scopes every member sees all. */
  readonly scopes?: Readonly<Record<string, 'all' | { readonly column: Column<DB, T>; readonly attribute: string }>>;
  /** False: no list and no detail. */
  readonly reads?: boolean;
  readonly writes?: WritesDeclaration<Column<DB, T>, Name<DB>>;
}

export interface AggregateOptions<C extends string> {
  readonly where?: Readonly<Partial<Record<C, string>>>;
  readonly present?: C;
  readonly withinDays?: { readonly column: C; readonly days: number };
  readonly month?: C;
}

/**
 * The typed front door: `tables<DB>()` gives constructors that accept only the tables and columns of a Kysely-style
 * `DB` interface (`kysely-codegen`, Prisma and Drizzle can generate one; only its keys matter here).
 */
export function tables<DB>() {
  return {
    resource<T extends Name<DB>>(table: T, declaration: Declaration<DB, T>): Resource {
      const {
        tenant,
        order,
        orderTypes = ['timestamptz', 'uuid'],
        page,
        domains,
        scopes,
        paths,
        postings,
        reads = true,
        writes,
        ...rest
      } = declaration;
      const resource: Resource = {
        ...rest,
        table,
        key: 'id',
        tenant: { column: tenant, noun: tenant.replace(/_id$/, '') },
        order: order.map((signed, index) => ({ ...parseOrder(signed), type: orderTypes[index] ?? 'text' })),
        page: page ?? { size: 25, most: 100 },
        domains: (domains ?? {}) as Resource['domains'],
        scopes: scopes ?? null,
        paths: paths ?? [],
        postings: postings ?? null,
        reads,
        writes: writes === undefined ? null : writesOf(writes),
      };
      checkDeclaration(resource);
      return Object.freeze(resource);
    },

    /** Columns of the resource's table under their own names. */
    columns<T extends Name<DB>, C extends Column<DB, T>>(_table: T, ...names: readonly C[]): Record<C, ColumnField> {
      const entries = names.map((column): [C, ColumnField] => [column, { kind: 'column', column }]);
      return Object.fromEntries(entries) as Record<C, ColumnField>;
    },

    one<T extends Name<DB>>(table: T, by: string, fields: readonly Column<DB, T>[]): OneField {
      return { kind: 'one', table, by, fields };
    },

    names<T extends Name<DB>, L extends Name<DB>>(table: T, value: Column<DB, T>, through: L): NamesField {
      return { kind: 'names', link: through, table, value };
    },

    object(fields: Readonly<Record<string, Field>>): ObjectField {
      return { kind: 'object', fields };
    },

    /** Filters over the columns of one table. */
    filters: <T extends Name<DB>>(_table: T) => filtersOf<Column<DB, T>, Name<DB>>(),

    /** Body members of writes. */
    members: membersOf<Name<DB>>(),

    children: <T extends Name<DB>>(
      table: T,
      parent: Column<DB, T>,
      options: { readonly deleted?: Column<DB, T>; readonly rollup?: string } = {},
    ) => children<DB, T>({ table, parent, ...options }),
  };
}

/** Fields over the child rows of one table. */
function children<DB, T extends Name<DB>>(source: Source) {
  type C = Column<DB, T>;
  const aggregate = (measure: AggregateField['measure'], options: AggregateOptions<C> = {}): AggregateField => ({
    kind: 'aggregate',
    source,
    measure,
    where: conditions(options),
  });
  return {
    count: (options?: AggregateOptions<C>) => aggregate({ kind: 'count' }, options),
    sum: (column: C, options?: AggregateOptions<C>) => aggregate({ kind: 'sum', column }, options),
    money: (factors: readonly C[], divisor: number, options?: AggregateOptions<C>) =>
      aggregate({ kind: 'money', factors, divisor, decimals: 2 }, options),
    /** One figure for each of the key's values: `byKey('call_type', ['campaign', 'direct'], calls.count)`. */
    byKey: <K extends string>(
      column: C,
      keys: readonly K[],
      figure: (options: AggregateOptions<C>) => AggregateField,
    ): ObjectField => ({
      kind: 'object',
      fields: Object.fromEntries(
        keys.map((key) => [key, figure({ where: { [column]: key } as AggregateOptions<C>['where'] & object })]),
      ),
    }),
    /** The greatest value, or null: the end of an index, since no sum can take a value out again. */
    greatest: (column: C): FirstField => extreme(source, column, 'desc'),
    least: (column: C): FirstField => extreme(source, column, 'asc'),
    first: (order: readonly SignedColumn<C>[], fields: readonly C[]): FirstField => ({
      kind: 'first',
      source,
      order: order.map(parseOrder),
      fields,
    }),
    firstThrough: <P extends Name<DB>>(
      order: readonly SignedColumn<C>[],
      through: { readonly table: P; readonly by: C; readonly where: Readonly<Partial<Record<Column<DB, P>, string>>> },
      fields: readonly Column<DB, P>[],
    ): FirstField => ({
      kind: 'first',
      source,
      order: order.map(parseOrder),
      through: { ...through, where: through.where as Readonly<Record<string, string>> },
      fields,
    }),
  };
}

function extreme(source: Source, column: string, direction: 'asc' | 'desc'): FirstField {
  return { kind: 'first', source, order: [{ column, direction }], fields: [column], single: true };
}

function conditions<C extends string>(options: AggregateOptions<C>): readonly Condition[] {
  const { where = {}, present, withinDays, month } = options;
  return [
    ...Object.entries<string | undefined>(where).flatMap(([column, value]): Condition[] =>
      value === undefined ? [] : [{ kind: 'equals', column, value }],
    ),
    ...(present === undefined ? [] : [{ kind: 'present', column: present } as const]),
    ...(withinDays === undefined
      ? []
      : [{ kind: 'within', column: withinDays.column, seconds: withinDays.days * 86_400 } as const]),
    ...(month === undefined ? [] : [{ kind: 'month', column: month } as const]),
  ];
}
