import { withOwner } from '../execute/owner.ts';
import { readColumnTypes } from '../rollup/column-types.ts';
import type { ColumnTypes } from '../summary/ddl/shape.ts';
import { summaryMigration } from '../summary/definition.ts';
import { chooseSummaries, refuseSeveralApps } from './choose-kept.ts';
import type { Command } from './command.ts';
import { withDatabase } from './with-database.ts';

export const summarySql: Command['run'] = async (context, flags) => {
  const chosen = chooseSummaries(context, flags);
  refuseSeveralApps('summary', chosen);
  const types = await withDatabase(context, ({ url }) =>
    withOwner(url, async (client) => {
      const found: Record<string, ColumnTypes> = {};
      for (const { schema, kept } of chosen) found[kept.table] = await readColumnTypes(client, schema, kept.table);
      return found;
    }),
  );
  const summaries = chosen.map(({ kept }) => kept);
  const text = summaryMigration(summaries, types);
  context.print(text.trimEnd(), { migration: text });
  return 0;
};
