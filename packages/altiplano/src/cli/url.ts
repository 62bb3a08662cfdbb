import { withOwner } from '../execute/owner.ts';
import type { Command } from './command.ts';
import { usage } from './usage.ts';
import { withDatabase } from './with-database.ts';

export const url: Command = {
  summary: 'print the connection of the database in use',
  usage: `altiplano url [--role owner|app]

owner   migrations, samples, worker (default)
app     what the server becomes: row security applies, nothing can be written`,
  options: { role: { type: 'string' } },
  async run(context, { role = 'owner' }) {
    if (role !== 'owner' && role !== 'app') throw usage(`'${String(role)}' is not a role.`, 'owner or app');
    const text = await withDatabase(context, async ({ url: owner }) =>
      role === 'owner' ? owner : await appUrl(owner),
    );
    context.print(text, { url: text, role });
    return 0;
  },
};

/** The owner's login that becomes the app's role at connect. */
async function appUrl(owner: string): Promise<string> {
  const role = await withOwner(owner, async (client) => {
    const { rows } = await client.query('select altiplano.app_role() as role');
    return String(rows[0].role);
  });
  const address = new URL(owner);
  address.searchParams.set('options', `-c role=${role}`);
  return address.href;
}
