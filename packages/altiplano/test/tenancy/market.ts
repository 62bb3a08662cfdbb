import { accept } from '../../src/resource/accept.ts';
import { action } from '../../src/resource/action.ts';
import { type App, app, type Identity } from '../../src/resource/app.ts';
import { auditOf } from '../../src/resource/audit.ts';
import { tables } from '../../src/resource/declare.ts';
import { sql } from '../../src/resource/query.ts';

/** Whose rows are: nobody's, or those of one of several kinds of owners. */
export type Ownership = 'none' | 'pair';

interface MarketTables {
  person: { id: string; name: string; role: string };
  maker: { id: string; name: string };
  item: {
    id: string;
    maker_id: string;
    name: string;
    price: number;
    stock: number;
    gone: boolean;
    created_at: Date;
    owner_type: string;
    owner_id: string;
  };
  tag: { id: string; name: string };
  item_tag: { item_id: string; tag_id: string };
  review: { id: string; item_id: string; rating: number; comment: string; created_at: Date };
  purchase: {
    id: string;
    person_id: string;
    item_id: string;
    status: string;
    created_at: Date;
    owner_type: string;
    owner_id: string;
  };
  trail: { id: string; owner_type: string; owner_id: string };
}

const { resource, columns, one, names, filters, facets, members, children } = tables<MarketTables>();

export const SCOPES = ['items:write', 'purchases:write'];
const ROLES = { staff: SCOPES, shopper: ['purchases:write'] };

/** The columns that say whose a row is, in the letters of each kind of market. */
export const OWNER = ['owner_type', 'owner_id'] as const;

const OWN = { column: 'person_id', attribute: 'id' } as const;

const identityOf = (ownership: Ownership): Identity => {
  const common = { table: 'person', role: 'role', attributes: [], roles: ROLES } as const;
  if (ownership === 'none') return { ...common, tenant: 'none' };
  return {
    ...common,
    roles: { owner: SCOPES, clerk: ['purchases:write'], viewer: [] },
    tenancies: {
      table: 'seat',
      user: 'person_id',
      tenant: OWNER,
      kinds: ['firm', 'team', 'person'],
      headers: ['X-Owner-Type', 'X-Owner-Id'],
      own: 'person',
    },
  };
};

/** A shop's items with what hangs on them, of each kind of ownership the same. */
export function marketApp(name: string, ownership: Ownership): App {
  const by = { item: filters('item'), purchase: filters('purchase') };
  const tenant = ownership === 'none' ? 'none' : OWNER;
  const isPublic = ownership === 'none';
  const reviews = children('review', 'item_id', { rollup: 'item_review_rollup' });
  const items = resource('item', {
    name: 'items',
    path: `/${name}/items/`,
    tenant,
    public: isPublic,
    deleted: 'gone',
    order: ['-created_at', '-id'],
    orders: { price: { column: 'price', type: 'float8' }, review_count: { figure: 'review_count' } },
    permissions: { write: 'items:write' },
    fields: {
      ...columns('item', 'id', 'name', 'price', 'stock', 'created_at'),
      maker: one('maker', 'maker_id', ['id', 'name']),
      tags: names('tag', 'name', 'item_tag'),
      review_count: reviews.count(),
      stars: reviews.sum('rating'),
    },
    detail: { latest_review: children('review', 'item_id').first(['-created_at', '-id'], ['rating', 'comment']) },
    filters: {
      ...by.item.exact('maker_id', 'uuid'),
      ...by.item.range('price', 'float8', ['gte', 'lte']),
      ...by.item.linked('item_tag', 'tag', { any: ['tags'], none: 'tags__not' }),
      ...by.item.search(['name']),
    },
    facets: { ...facets('item').linked('tags', 'item_tag', 'tag', 'name'), ...facets('item').columns('maker_id') },
    bitmaps: 'item_bitmap',
    writes: {
      actions: ['create', 'change', 'delete'],
      bulk: 10,
      members: {
        name: members.required(),
        price: members.required(),
        maker_id: members.reference('maker', { required: true }),
        stock: members.optional({ otherwise: 0 }),
      },
      links: { tag_ids: { link: 'item_tag', target: 'tag', path: 'tags' } },
    },
  });
  const purchases = resource('purchase', {
    name: 'purchases',
    path: `/${name}/purchases/`,
    tenant,
    order: ['-created_at', '-id'],
    scopes: ownership === 'none' ? { staff: 'all', shopper: OWN } : { owner: 'all', viewer: 'all', clerk: OWN },
    permissions: { write: 'purchases:write' },
    fields: {
      ...columns('purchase', 'id', 'person_id', 'status', 'created_at'),
      item: one('item', 'item_id', ['id', 'name']),
    },
    filters: by.purchase.values('status'),
    bitmaps: 'purchase_bitmap',
    writes: {
      actions: ['create', 'change', 'delete'],
      members: {
        item_id: members.reference('item', { required: true }),
        person_id: members.caller(),
        status: members.optional({ otherwise: 'pending' }),
      },
      // Without any, a role writes what it sees.
      ...(ownership === 'none' ? {} : { scopes: { owner: 'all', clerk: OWN } }),
    },
  });
  const orderOne = action({
    name: `${name}_order_one`,
    method: 'POST',
    path: `/${name}/order-one/`,
    permission: 'purchases:write',
    body: { item_id: accept.column('purchase', 'item_id', { required: true }) },
    reply: { status: 201, schema: { type: 'object' } },
    async handle({ query, body, said, caller, tenant }) {
      // Whose it is says the caller, never the body.
      const [made] = await query<{ id: string }>(
        said === null
          ? sql`insert into stall.purchase (person_id, item_id) values (${caller.id}, ${body.item_id}) returning id`
          : sql`insert into bazaar.purchase (owner_type, owner_id, person_id, item_id)
                values (${said[0]}, ${said[1]}, ${caller.id}, ${body.item_id}) returning id`,
      );
      return { body: { id: made?.id, tenant } };
    },
  });
  return app({
    name,
    schema: name,
    migrations: new URL('./none/', import.meta.url),
    identity: identityOf(ownership),
    resources: [items, purchases],
    actions: [orderOne],
    audit: auditOf<MarketTables>()('trail', {
      tenant: ownership === 'none' ? 'none' : 'tenant_key',
      actors: ['user'],
      tables: { purchase: {} },
    }),
    sample: {
      volume: {},
      run: async () => ({ rows: {}, demo: { user: '', path: '' } }),
      find: async () => null,
    },
  });
}
