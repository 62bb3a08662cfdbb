import { accept, action, sql } from 'altiplano';

interface Linked {
  readonly total: string;
  readonly id: string | null;
  readonly email: string;
  readonly name: string;
  readonly is_active: boolean;
  readonly role: string;
  readonly organization_id: string;
  readonly organization: string;
}

/**
 * Users of the tenant's organization, by name. What links them to other organizations is those's to tell. A page walks the links of one
 * organization: what it costs follows from how many there are, not from how many users.
 */
export const listUsers = action({
  name: 'list_users',
  method: 'GET',
  path: '/users',
  summary: "Users of the tenant's organization",
  permission: 'users:read',
  query: {
    page: accept.integer({ range: [1, Number.MAX_SAFE_INTEGER], otherwise: 1 }),
    size: accept.integer({ range: [1, 100], otherwise: 20 }),
  },
  reply: {
    schema: {
      type: 'object',
      required: ['items', 'total', 'page', 'size', 'has_next'],
      properties: {
        items: { type: 'array', items: { type: 'object' } },
        total: { type: 'integer' },
        page: { type: 'integer' },
        size: { type: 'integer' },
        has_next: { type: 'boolean' },
      },
    },
  },
  async handle({ query, asked: { page, size }, said }) {
    const [kind, id] = said ?? [];
    const skipped = Math.min((page - 1) * size, Number.MAX_SAFE_INTEGER);
    const rows = await query<Linked>(
      sql`select * from finance.tenant_users(${kind}, ${id}::uuid, ${size}::integer, ${skipped}::bigint)`,
    );
    const total = Number(rows[0]?.total ?? 0);
    const items = rows.filter((row) => row.id !== null).map(itemOf);
    return { body: { items, total, page, size, has_next: page * size < total } };
  },
});

const itemOf = ({ id, email, name, is_active, role, organization_id, organization }: Linked) => ({
  ...{ id, email, name, is_active },
  organization_links: [{ organization: { id: organization_id, name: organization }, role }],
});
