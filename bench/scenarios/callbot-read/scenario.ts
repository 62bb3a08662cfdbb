import { progress } from 'altiplano/testing';
import { describeMachine, readCommit } from '../../result/machine.ts';
import type { Result } from '../../result/result.ts';
import type { Report, RunOptions, Scenario } from '../../scenario.ts';
import { databaseUrl } from '../../server/database.ts';
import { describePostgres, openPostgres } from '../../server/postgres.ts';
import { conclude } from './conclusions.ts';
import { ensureLoaded } from './load.ts';
import { plotsOf } from './plots.ts';
import { type Measured, measureAll } from './run.ts';
import { sectionOf } from './section.ts';
import { BRIEF, FULL, QUICK, THOROUGH, type Volume } from './volume.ts';

const NAME = 'callbot-read';

export const callbotRead: Scenario = {
  name: NAME,
  summary: "callbot's customer list and detail: every filter, three sizes of workspace, adversarial distributions",
  run,
};

async function run({ root, quick, note }: RunOptions): Promise<Report> {
  const volume = quick ? QUICK : FULL;
  // A name of its own for each volume: a quick look does not cost the next long one its data.
  const name = quick ? 'bench_callbot_read_quick' : 'bench_callbot_read';
  const postgres = await openPostgres(root, note);
  try {
    const url = await ensureLoaded(postgres.adminUrl(), name, volume, note);
    const server = await describePostgres(url);
    const { restart } = postgres;
    const measured = await measureAll({
      url,
      volume,
      effort: quick ? BRIEF : THOROUGH,
      restart:
        restart &&
        (async () => {
          await restart();
          return databaseUrl(postgres.adminUrl(), name);
        }),
      tell: progress(),
    });
    return report(root, volume, server, measured);
  } finally {
    await postgres.stop();
  }
}

export function report(root: URL, volume: Volume, postgres: string, measured: Measured): Report {
  const result: Result = {
    scenario: NAME,
    commit: readCommit(root),
    at: new Date().toISOString(),
    machine: describeMachine(),
    postgres,
    node: process.versions.node,
    volume: { ...volume },
    rows: measured.rows,
  };
  const conclusions = conclude(measured);
  return { result, plots: plotsOf(result), section: sectionOf(result, conclusions), conclusions };
}
