import { parseArgs } from 'node:util';
import { progress, suggest, withOwner } from 'altiplano/testing';
import { createDatabase, databaseUrl } from '../server/database.ts';
import { openPostgres } from '../server/postgres.ts';
import { financeStorm } from './finance.ts';
import { keepOutcome, table } from './report.ts';
import { run } from './run.ts';
import { shopStorm } from './shop.ts';
import { signInStorm } from './sign-in.ts';
import type { Storm } from './storm.ts';

const ROOT = new URL('../../', import.meta.url);
export const STORMS: readonly Storm[] = [shopStorm, financeStorm, signInStorm];
export const STORM_USAGE = `npm run bench -- storm <name>… [--minutes 5] [--clients N] [--quick]

Many clients at once, servers and workers killed at random, and a recount: while it rages and when everything is settled.
Exit code 1 when anything is wrong. --quick: a quarter of a minute each, and the docs stay as they are.

${STORMS.map(({ name, summary }) => `  ${name.padEnd(8)} ${summary}`).join('\n')}

Environment: BENCH_DATABASE_URL (a superuser's; else an embedded PostgreSQL in .altiplano/bench).`;

const CLIENTS: Readonly<Record<string, number>> = { shop: 200, finance: 40, 'sign-in': 32 };

const OPTIONS = { minutes: { type: 'string' }, clients: { type: 'string' }, quick: { type: 'boolean' } } as const;

/** Null for an option that there is not, such as --help. */
function readWords(words: readonly string[]) {
  try {
    return parseArgs({ args: [...words], options: OPTIONS, allowPositionals: true });
  } catch {
    return null;
  }
}

/** Exit code: 0 all is well, 1 something is wrong or failed, 2 wrong use. */
export async function storm(words: readonly string[]): Promise<number> {
  const read = readWords(words);
  if (read === null) {
    console.error(STORM_USAGE);
    return 2;
  }
  const { values, positionals } = read;
  const names = STORMS.map(({ name }) => name);
  const unknown = positionals.find((name) => !names.includes(name));
  const minutes = values.quick === true ? 0.25 : Number(values.minutes ?? 5);
  const isWrong = !(minutes > 0 && minutes <= 1_440) || !/^([1-9]\d{0,3})?$/.test(values.clients ?? '');
  if (positionals.length === 0 || unknown !== undefined || isWrong) {
    console.error(unknown === undefined ? STORM_USAGE : `No storm ${unknown}. ${suggest(unknown, names)}`);
    return 2;
  }
  const postgres = await openPostgres(ROOT, (line) => console.error(line));
  try {
    let isWell = true;
    for (const one of STORMS.filter(({ name }) => positionals.includes(name))) {
      const database = `bench_storm_${one.name.replace('-', '_')}`;
      await createDatabase(postgres.adminUrl(), database);
      const clients = Number(values.clients ?? CLIENTS[one.name]);
      const url = databaseUrl(postgres.adminUrl(), database);
      const outcome = await run(one, { url, clients, minutes, tell: progress() });
      console.log(table(outcome));
      if (values.quick !== true) await keepOutcome(ROOT, url, outcome);
      if (outcome.wrong.length > 0) isWell = false;
      // What was wrong is left to be looked at.
      else await withOwner(postgres.adminUrl(), (client) => client.query(`drop database ${database} with (force)`));
    }
    return isWell ? 0 : 1;
  } finally {
    await postgres.stop();
  }
}
