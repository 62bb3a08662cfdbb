import { action } from 'altiplano';

/** What the caller may do in the chosen tenant: proved by the statement that lets it in, so never older than the request. */
export const showPermissions = action({
  name: 'show_permissions',
  method: 'GET',
  path: '/me/permissions',
  summary: 'What you may do in the chosen tenant',
  permission: null,
  reply: {
    schema: {
      type: 'object',
      required: ['permissions'],
      properties: { permissions: { type: 'array', items: { type: 'string' } } },
    },
    example: { permissions: ['accounts:read', 'transactions:read'] },
  },
  handle: async ({ caller }) => ({ body: { permissions: [...(caller.scopes ?? [])].sort() } }),
});
