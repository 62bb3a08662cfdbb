import { identityMigration } from '../auth/identity-ddl.ts';
import { withOwner } from '../execute/owner.ts';
import { readColumnTypes } from '../rollup/column-types.ts';
import { APP_OPTIONS, chooseApps } from './choose-apps.ts';
import type { Command } from './command.ts';
import { usage } from './usage.ts';
import { withDatabase } from './with-database.ts';

export const identity: Command = {
  summary: 'print the migration of who credentials speak for',
  usage: `altiplano identity sql [--app NAME]… [--schema NAME]

sql     prints the functions that find the user or the API key of a credential`,
  options: APP_OPTIONS,
  async run(context, flags, words) {
    if (words.join(' ') !== 'sql') throw usage('Say what to do: sql.', identity.usage);
    const apps = chooseApps(context, flags);
    const texts = await withDatabase(context, ({ url }) =>
      withOwner(url, async (client) => {
        const printed: string[] = [];
        for (const app of apps) {
          const types = await readColumnTypes(client, app.schema, app.identity.table);
          printed.push(identityMigration(app.identity, types));
        }
        return printed;
      }),
    );
    context.print(texts.join('\n').trimEnd(), { migrations: texts });
    return 0;
  },
};
