import { withOwner } from '../execute/owner.ts';
import { readColumnTypes } from '../rollup/column-types.ts';
import type { ColumnTypes } from '../rollup/ddl/shape.ts';
import { rollupMigration } from '../rollup/definition.ts';
import { chooseRollups } from './choose-rollups.ts';
import type { Command } from './command.ts';
import { usage } from './usage.ts';
import { withDatabase } from './with-database.ts';

export const sqlCommand: Command['run'] = async (context, flags) => {
  const chosen = chooseRollups(context, flags);
  if (new Set(chosen.map(({ app }) => app)).size > 1)
    throw usage('A migration belongs to one app.', 'altiplano rollup sql --app callbot');
  const rollups = chosen.map(({ rollup }) => rollup);
  const types = await withDatabase(context, ({ url }) =>
    withOwner(url, async (client) => {
      const found: Record<string, ColumnTypes> = {};
      for (const { schema, rollup } of chosen)
        found[rollup.source.table] = await readColumnTypes(client, schema, rollup.source.table);
      return found;
    }),
  );
  const text = rollupMigration(rollups, types);
  context.print(text.trimEnd(), { migration: text });
  return 0;
};
