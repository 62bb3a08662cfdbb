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
  run,
};

async function run({ root, quick, note }: RunOptions): Promise<Report> {
  const postgres = await openPostgres(root, note);
  try {
    const url = await ensureLoaded(postgres.adminUrl(), financeBench, quick, note);
    note('finance: measuring');
    const rows: Row[] = [...(await measureApp(url, financeBench, effortOf(quick))), ...countLines(root, 'finance')];
    const { volumes } = financeBench;
    const volume = { finance: quick ? volumes.quick : volumes.full };
    return report(root, { scenario: NAME, postgres: await describePostgres(url), volume, rows });
  } finally {
    await postgres.stop();
  }
}
