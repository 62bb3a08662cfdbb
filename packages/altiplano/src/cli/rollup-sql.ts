import { withOwner } from '../execute/owner.ts';
import { readColumnTypes } from '../rollup/column-types.ts';
import type { ColumnTypes } from '../rollup/ddl/shape.ts';
import { rollupMigration } from '../rollup/definition.ts';
import { rollupOrdersMigration } from '../rollup/orders.ts';
import { chooseRollups, refuseSeveralApps } from './choose-kept.ts';
import type { Command } from './command.ts';
import { withDatabase } from './with-database.ts';

export const sqlCommand: Command['run'] = async (context, flags) => {
  const chosen = chooseRollups(context, flags);
  refuseSeveralApps('rollup', chosen);
  const rollups = chosen.map(({ kept }) => kept);
  const types = await withDatabase(context, ({ url }) =>
    withOwner(url, async (client) => {
      const found: Record<string, ColumnTypes> = {};
      for (const { schema, kept } of chosen)
        found[kept.source.table] = await readColumnTypes(client, schema, kept.source.table);
      return found;
    }),
  );
  const text = (flags.orders === true ? rollupOrdersMigration : rollupMigration)(rollups, types);
  context.print(text.trimEnd(), { migration: text });
  return 0;
};
