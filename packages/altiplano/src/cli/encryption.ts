import { join } from 'node:path';
import type { KeyRing } from '../encryption/key-ring.ts';
import { estimateRows, type Querying, reencryptBatch } from '../encryption/reencrypt.ts';
import { readStatus } from '../encryption/status.ts';
import { withOwner } from '../execute/owner.ts';
import type { App } from '../resource/app.ts';
import { APP_OPTIONS, chooseApps } from './choose-apps.ts';
import type { Command } from './command.ts';
import { readKeyRing } from './key-ring.ts';
import { printTable } from './print-table.ts';
import { progress } from './progress.ts';
import { usage } from './usage.ts';
import { withDatabase } from './with-database.ts';

const rotate: Command['run'] = async (context, flags) => {
  const keys = readKeyRing(join(context.directory, '.altiplano'), context.environment);
  const totals: Record<string, { seen: number; changed: number }> = {};
  await withDatabase(context, ({ url }) =>
    withOwner(url, async (client) => {
      const connection = { query: (text: string, values: readonly unknown[]) => client.query(text, [...values]) };
      for (const app of chooseApps(context, flags)) await rotateApp(connection, app, keys, totals);
    }),
  );
  const lines = Object.entries(totals).map(
    ([table, { seen, changed }]) => `${table}: ${changed} of ${seen} rows written`,
  );
  context.print(lines.join('\n') || 'No column is encrypted.', totals);
  return 0;
};

async function rotateApp(
  connection: Querying,
  app: App,
  keys: KeyRing,
  totals: Record<string, { seen: number; changed: number }>,
): Promise<void> {
  const show = progress();
  const most = await estimateRows(connection, app);
  let [done, after]: [number, unknown] = [0, null];
  do {
    const batch = await reencryptBatch(connection, app, keys, after);
    ({ after } = batch);
    if (batch.table === '') return;
    const name = `${app.schema}.${batch.table}`;
    const { seen, changed } = totals[name] ?? { seen: 0, changed: 0 };
    totals[name] = { seen: seen + batch.seen, changed: changed + batch.changed };
    done += batch.seen;
    show({ name: `${app.name}: encrypting`, done, total: after === null ? done : Math.max(most, done + 1) });
  } while (after !== null);
}

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
