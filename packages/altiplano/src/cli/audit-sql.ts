import { auditMigration } from '../audit/migration.ts';
import { readAudit } from '../audit/registry.ts';
import { withOwner } from '../execute/owner.ts';
import { chooseApps } from './choose-apps.ts';
import type { Command } from './command.ts';
import { usage } from './usage.ts';
import { withDatabase } from './with-database.ts';

/** The migration that makes what is declared: all of it, or what is kept otherwise and what is not there. */
export const sqlCommand: Command['run'] = async (context, flags) => {
  const chosen = chooseApps(context, flags).flatMap(({ name, schema, audit }) =>
    audit === undefined ? [] : [{ name, schema, audit }],
  );
  const [first, ...others] = chosen;
  if (first === undefined) throw usage('No app declares a trail.', 'Give it one: `app({ audit: audit(…), … })`.');
  if (others.length > 0) throw usage('A migration belongs to one app.', `altiplano audit sql --app ${first.name}`);
  const { schema, audit } = first;
  const text = await withDatabase(context, ({ url }) =>
    withOwner(url, async (client) => auditMigration(audit, await readAudit(client, schema, audit.log))),
  );
  context.print(text.trimEnd(), { migration: text });
  return 0;
};
