import { join } from 'node:path';
import { reencrypt } from '../encryption/reencrypt.ts';
import { readStatus } from '../encryption/status.ts';
import { withOwner } from '../execute/owner.ts';
import { APP_OPTIONS, chooseApps } from './choose-apps.ts';
import type { Command } from './command.ts';
import { readKeyRing } from './key-ring.ts';
import { printTable } from './print-table.ts';
import { usage } from './usage.ts';
import { withDatabase } from './with-database.ts';

const rotate: Command['run'] = async (context, flags) => {
  const keys = readKeyRing(join(context.directory, '.altiplano'), context.environment);
  const totals: Record<string, { seen: number; changed: number }> = {};
  await withDatabase(context, ({ url }) =>
    withOwner(url, async (client) => {
      for (const app of chooseApps(context, flags)) {
        const connection = { query: (text: string, values: readonly unknown[]) => client.query(text, [...values]) };
        for await (const { table, seen, changed } of reencrypt(connection, app, keys)) {
          const name = `${app.schema}.${table}`;
          const { seen: before = 0, changed: written = 0 } = totals[name] ?? {};
          totals[name] = { seen: before + seen, changed: written + changed };
        }
      }
    }),
  );
  const lines = Object.entries(totals).map(
    ([table, { seen, changed }]) => `${table}: ${changed} of ${seen} rows written`,
  );
  context.print(lines.join('\n') || 'No column is encrypted.', totals);
  return 0;
};

const status: Command['run'] = async (context, flags) => {
  const keys = readKeyRing(join(context.directory, '.altiplano'), context.environment);
  const rows = await withDatabase(context, ({ url }) =>
    withOwner(url, async (client) => {
      const found = [];
      for (const app of chooseApps(context, flags)) found.push(...(await readStatus(client, app, keys)));
      return found;
    }),
  );
  const head = ['column', 'key', 'bound to', 'values', 'state'];
  context.print(
    printTable(
      head,
      rows.map((row) => [row.column, row.key, row.binding, String(row.values), row.state]),
    ),
    rows,
  );
  return rows.some(({ state }) => state === 'key missing') ? 1 : 0;
};

const COMMANDS: Readonly<Record<string, Command['run']>> = { status, rotate };

export const encryption: Command = {
  summary: 'look at encrypted columns, and encrypt them with the current key',
  usage: `altiplano encryption status|rotate [--app NAME]… [--schema NAME]

status  how many values there are under each key; exit code 1 when a key is missing
rotate  encrypts with the current key what is not, while the tables are written; goes on where a killed one was
Environment: ALTIPLANO_ENCRYPTION_KEYS=current:base64,older:base64`,
  options: APP_OPTIONS,
  async run(context, flags, [name = '', ...rest]) {
    const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
    if (command === undefined || rest.length > 0)
      throw usage(`'${[name, ...rest].join(' ').slice(0, 40)}' is nothing to do with encryption.`, encryption.usage);
    return command(context, flags, rest);
  },
};
