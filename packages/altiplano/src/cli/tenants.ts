import { withOwner } from '../execute/owner.ts';
import { shownValues } from '../resource/tenants.ts';
import { readColumnTypes } from '../rollup/column-types.ts';
import { type TableTypes, tenantMigration } from '../tenants/ddl.ts';
import { APP_OPTIONS, chooseApps } from './choose-apps.ts';
import type { Command } from './command.ts';
import { usage } from './usage.ts';
import { withDatabase } from './with-database.ts';

export const tenants: Command = {
  summary: 'print the migration of resources whose rows are tenants',
  usage: `altiplano tenants sql [--app NAME]… [--schema NAME]

sql     prints the functions that show one tenant to its members`,
  options: APP_OPTIONS,
  async run(context, flags, words) {
    if (words.join(' ') !== 'sql') throw usage('Say what to do: sql.', tenants.usage);
    const chosen = chooseApps(context, flags).flatMap(({ schema, identity, resources }) =>
      resources.flatMap((resource) =>
        resource.tenants === null || identity.membership === undefined
          ? []
          : [{ schema, membership: identity.membership, resource }],
      ),
    );
    const texts = await withDatabase(context, ({ url }) =>
      withOwner(url, async (client) => {
        const printed: string[] = [];
        for (const { schema, membership, resource } of chosen) {
          const sources = shownValues(resource).flatMap((value) =>
            value.kind === 'column' ? [] : [value.source.table],
          );
          const types: Record<string, TableTypes[string]> = {};
          for (const table of [resource.table, ...sources]) types[table] = await readColumnTypes(client, schema, table);
          printed.push(tenantMigration(resource, membership, types));
        }
        return printed;
      }),
    );
    context.print(texts.join('\n').trimEnd(), { migrations: texts });
    return 0;
  },
};
