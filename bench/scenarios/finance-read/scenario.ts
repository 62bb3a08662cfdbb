import type { Row } from '../../result/result.ts';
import type { Report, RunOptions, Scenario } from '../../scenario.ts';
import { describePostgres, openPostgres } from '../../server/postgres.ts';
import { countLines } from '../apps-read/lines.ts';
import { ensureLoaded } from '../apps-read/load.ts';
import { measureApp } from '../apps-read/measure.ts';
import { effortOf, report } from '../apps-read/scenario.ts';
import { financeBench } from './finance.ts';

const NAME = 'finance-read';

export const financeRead: Scenario = {
  name: NAME,
  summary: 'every endpoint of finance at a small and a large organization, against its naive twin',
  options: { transactions: 'N (that many instead of a million: a result of its own)' },
  run,
};

interface Choice {
  readonly scenario: string;
  readonly part: string;
  readonly volume: Readonly<Record<string, number>>;
}

function choose({ quick, flags }: RunOptions): Choice {
  const { volumes } = financeBench;
  const volume = quick ? volumes.quick : volumes.full;
  if (flags.transactions === undefined) return { scenario: NAME, part: 'finance', volume };
  const transactions = Number(flags.transactions);
  if (!Number.isSafeInteger(transactions) || transactions < 1)
    throw new Error(`--transactions ${flags.transactions}: a number of transactions.`);
  return { scenario: `${NAME}-${transactions}`, part: `finance_${transactions}`, volume: { ...volume, transactions } };
}

async function run(options: RunOptions): Promise<Report> {
  const { root, quick, note } = options;
  const { scenario, part, volume } = choose(options);
  const postgres = await openPostgres(root, note);
  try {
    const url = await ensureLoaded(
      postgres.adminUrl(),
      { ...financeBench, volumes: { quick: volume, full: volume } },
      quick,
      note,
      part,
    );
    note('finance: measuring');
    const rows: Row[] = [...(await measureApp(url, financeBench, effortOf(quick))), ...countLines(root, 'finance')];
    return report(root, { scenario, postgres: await describePostgres(url), volume: { finance: volume }, rows });
  } finally {
    await postgres.stop();
  }
}
