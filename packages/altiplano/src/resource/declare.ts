import { auditOf } from './audit.ts';
import { deriveBitmap } from './bitmap.ts';
import { checkDeclaration } from './check.ts';
import { conditionsOf } from './condition.ts';
import { type TenantsDeclaration, tenantsResource } from './declare-tenants.ts';
import { membersOf, type WritesDeclaration, writesOf } from './declare-writes.ts';
import { cursors, type Envelope } from './envelope.ts';
import { facetsOf } from './facets.ts';
import type {
  AggregateField,
  ChildrenField,
  ChosenField,
  ColumnField,
  Condition,
  EncryptedField,
  Field,
  FirstField,
  NamesField,
  ObjectField,
  OneField,
  Source,
} from './field.ts';
import type { Domain, Facet, Filter, ValueType } from './filter.ts';
import { filtersOf } from './filters.ts';
import { parseOrder, type SignedColumn } from './order.ts';
import { type OrderingDeclaration, orderingsOf } from './ordering.ts';
import { type PermissionsDeclaration, permissionsOf } from './permissions.ts';
import type { Choice, KeyType, Resource, RowScope } from './resource.ts';
import { type Summary, type SummaryDeclaration, summaryOf } from './summary.ts';
import { type TenantDeclaration, tenantKeyOf } from './tenant-key.ts';

type Name<T> = Extract<keyof T, string>;
type Column<DB, T extends Name<DB>> = Name<DB[T]>;

export interface Declaration<DB, T extends Name<DB>> {
  readonly name: string;
  readonly path: `/${string}`;
  /** `?action=loadPeoples`: this resource is one of several lists at its path. */
  readonly chosenBy?: Choice;
  /** The column that says whose a row is; two where that takes two; `'none'` where rows are nobody's. */
  readonly tenant: TenantDeclaration<Column<DB, T>>;
  /** Column that marks a row as deleted; left out, a deletion removes the row, and its children by their foreign keys. */
  readonly deleted?: Column<DB, T>;
  /** Of `id`: a uuid unless said otherwise. A number is the database's own next one (an identity column). */
  readonly keyType?: KeyType;
  readonly order: readonly [SignedColumn<Column<DB, T>>, SignedColumn<Column<DB, T>>];
  /** Types of the order columns; a time, then the key, unless said otherwise. */
  readonly orderTypes?: readonly [ValueType, ValueType];
  /** What `order=` may name: columns, and kept figures by the path of their field. */
  readonly orders?: Readonly<Record<string, OrderingDeclaration<Column<DB, T>>>>;
  readonly page?: { readonly size: number; readonly most: number };
  /** `cursors()`, unless said otherwise; or `numbered(…)`. */
  readonly envelope?: Envelope;
  readonly fields: Readonly<Record<string, Field>>;
  /** What a detail shows after that, and what a write answers: no list reads it. */
  readonly detail?: Readonly<Record<string, Field>>;
  readonly filters: Readonly<Record<string, Filter>>;
  /** What the rows a list matches can be counted by. */
  readonly facets?: Readonly<Record<string, Facet>>;
  readonly domains?: Readonly<Partial<Record<Column<DB, T>, Domain>>>;
  /** Name of the bitmaps that answer any combination of filters; `altiplano bitmap sql` prints their migration. */
  readonly bitmaps?: string;
  /** Role → the rows it may see; a role that is not named sees none. Without scopes every member sees all. */
  readonly scopes?: Readonly<Record<string, RowScope<Column<DB, T>>>>;
  /** The scope that reading and writing need; the identity's `roles` say who has it. */
  readonly permissions?: PermissionsDeclaration;
  /** False: no list and no detail. */
  readonly reads?: boolean;
  readonly writes?: WritesDeclaration<Column<DB, T>, Name<DB>>;
  /** Whoever sends no credential reads it too, as the role `public`: only with `tenant: 'none'`. */
  readonly public?: boolean;
}

export interface AggregateOptions<C extends string> {
  /** A column's value, or several of which it has to be one. */
  readonly where?: Readonly<Partial<Record<C, string | readonly [string, ...string[]]>>>;
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
        chosenBy = null,
        tenant,
        deleted = null,
        keyType = 'uuid',
        order,
        orderTypes = ['timestamptz', keyType],
        orders = {},
        page,
        envelope = cursors(),
        detail = {},
        facets = {},
        domains,
        scopes,
        permissions,
        bitmaps,
        reads = true,
        writes,
        public: isPublic = false,
        ...rest
      } = declaration;
      const described: Omit<Resource, 'bitmap'> = {
        ...rest,
        detail,
        facets,
        chosenBy,
        table,
        key: 'id',
        keyType,
        deleted,
        tenant: tenantKeyOf(declaration.name, tenant),
        order: order.map((signed, index) => ({ ...parseOrder(signed), type: orderTypes[index] ?? 'text' })),
        orders: orderingsOf(orders),
        page: page ?? { size: 25, most: 100 },
        envelope,
        domains: (domains ?? {}) as Resource['domains'],
        scopes: scopes ?? null,
        permissions: permissionsOf(permissions),
        tenants: null,
        reads,
        writes: writes === undefined ? null : writesOf(writes),
        public: isPublic,
      };
      const resource: Resource = {
        ...described,
        bitmap: bitmaps === undefined ? null : deriveBitmap(bitmaps, described),
      };
      checkDeclaration(resource);
      return Object.freeze(resource);
    },

    /** A resource whose rows are the tenants that the caller may enter. */
    tenants<T extends Name<DB>>(table: T, declaration: TenantsDeclaration<Column<DB, T>>): Resource {
      const resource = tenantsResource(table, declaration);
      checkDeclaration(resource);
      return Object.freeze(resource);
    },

    /** Columns of the resource's table under their own names. */
    columns<T extends Name<DB>, C extends Column<DB, T>>(_table: T, ...names: readonly C[]): Record<C, ColumnField> {
      const entries = names.map((column): [C, ColumnField] => [column, { kind: 'column', column }]);
      return Object.fromEntries(entries) as Record<C, ColumnField>;
    },

    /** One column under a name of the record's: `{ table: column('audit_log', 'table_name') }`. */
    column<T extends Name<DB>>(_table: T, name: Column<DB, T>): ColumnField {
      return { kind: 'column', column: name };
    },

    /** A column whose texts are encrypted at rest; in `detail` only. */
    encrypted<T extends Name<DB>>(_table: T, column: Column<DB, T>): EncryptedField {
      return { kind: 'encrypted', column };
    },

    /** The row that a key points at, of the same tenant; with `{ tenant: 'none' }`, said aloud, of a table that tells no tenants apart. */
    one<T extends Name<DB>>(
      table: T,
      by: string,
      fields: readonly Column<DB, T>[],
      { tenant }: { readonly tenant?: 'none' } = {},
    ): OneField {
      return { kind: 'one', table, by, fields, ...(tenant === undefined ? {} : { shared: true }) };
    },

    /** `name: chosen('actor_kind', 'actor_id', { member: 'member', api_key: 'api_key' }, 'name')`. */
    chosen<T extends Name<DB>>(
      tag: string,
      by: string,
      tables: Readonly<Record<string, T>>,
      value: Column<DB, T>,
    ): ChosenField {
      return { kind: 'chosen', tag, by, tables, value };
    },

    names<T extends Name<DB>, L extends Name<DB>>(table: T, value: Column<DB, T>, through: L): NamesField {
      return { kind: 'names', link: through, table, value };
    },

    object(fields: Readonly<Record<string, Field>>): ObjectField {
      return { kind: 'object', fields };
    },

    /** Filters over the columns of one table. */
    filters: <T extends Name<DB>>(_table: T) => filtersOf<Column<DB, T>, Name<DB>>(),

    /** What the rows of a list can be counted by. */
    facets: <T extends Name<DB>>(_table: T) => facetsOf<DB, Column<DB, T>>(),

    /** Tables that leave a trail of their changes. */
    audit: auditOf<DB>(),

    /** Body members of writes. */
    members: membersOf<Name<DB>>(),

    /** Figures over the rows of one table, kept for each of their groups. */
    summary: <T extends Name<DB>>(table: T, declaration: SummaryDeclaration<Column<DB, T>>): Summary =>
      summaryOf(table, declaration),

    children: <T extends Name<DB>>(
      table: T,
      parent: Column<DB, T>,
      options: Pick<Source, 'rollup' | 'scopes' | 'bitmap'> & { readonly deleted?: Column<DB, T> } = {},
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
    /** The mean of a column, with two decimals unless said otherwise; null where no row has a value. */
    average: (column: C, options: AggregateOptions<C> & { readonly decimals?: number } = {}) =>
      aggregate({ kind: 'average', column, decimals: options.decimals ?? 2 }, options),
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
    /** The first children in an order, `most` of them, each as an object: `items.list(['id'], columns('item', 'quantity'), 3)`. */
    list: (
      order: readonly SignedColumn<C>[],
      fields: Readonly<Record<string, ColumnField | OneField>>,
      most: number,
    ): ChildrenField => ({ kind: 'children', source, order: order.map(parseOrder), fields, most }),
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
    ...conditionsOf(where as Readonly<Partial<Record<string, string | readonly string[]>>>),
    ...(present === undefined ? [] : [{ kind: 'present', column: present } as const]),
    ...(withinDays === undefined
      ? []
      : [{ kind: 'within', column: withinDays.column, seconds: withinDays.days * 86_400 } as const]),
    ...(month === undefined ? [] : [{ kind: 'month', column: month } as const]),
  ];
}
