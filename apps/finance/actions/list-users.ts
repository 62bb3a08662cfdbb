import { accept, action, refuse, sql } from 'altiplano';

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
 * Users of the tenant's organization, by name. What links them to other organizations is those's to tell. A page is found in an index of the
 * organization's links; how many there are is kept.
 */
export const listUsers = action({
  name: 'list_users',
  method: 'GET',
  path: '/users',
  summary: "Users of the tenant's organization",
  permission: 'users:read',
  query: {
    // Texts, so that they are read as every other list reads them: digits, and nothing else that might be a number.
    page: accept.text({ otherwise: '1' }),
    size: accept.text({ otherwise: '20' }),
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
  async handle({ query, asked, said }) {
    const page = wholeNumber(asked.page, Number.MAX_SAFE_INTEGER);
    const size = wholeNumber(asked.size, 100);
    if (page === null || size === null)
      throw refuse.invalid({
        ...(page === null ? { page: ['Must be a whole number from 1 on.'] } : {}),
        ...(size === null ? { size: ['Must be a whole number from 1 to 100.'] } : {}),
      });
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

function wholeNumber(text: string, most: number): number | null {
  const number = /^\d+$/.test(text) ? Number(text) : 0;
  return number >= 1 && number <= most ? number : null;
}

const itemOf = ({ id, email, name, is_active, role, organization_id, organization }: Linked) => ({
  ...{ id, email, name, is_active },
  organization_links: [{ organization: { id: organization_id, name: organization }, role }],
});
