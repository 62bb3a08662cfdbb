import { issueToken, withOwner } from 'altiplano/testing';
import { callbot } from '../../../apps/callbot/app.ts';
import { describeMachine, readCommit } from '../../result/machine.ts';
import type { Result, Row } from '../../result/result.ts';
import type { Report, RunOptions, Scenario } from '../../scenario.ts';
import { describePostgres, openPostgres } from '../../server/postgres.ts';
import { listCase, targetOf } from '../callbot-read/case.ts';
import { SECRET } from '../callbot-read/instruments.ts';
import { ensureLoaded } from '../callbot-read/load.ts';
import { readTenants } from '../callbot-read/tenants.ts';
import { QUICK } from '../callbot-read/volume.ts';
import { climb, type Effort, type Subject } from './ladder.ts';
import { conclude, rowsOf, sectionOf } from './section.ts';

const NAME = 'profile-overhead';
/** Two minutes on a quiet machine. Of 4,000 answers, 40 are beyond the p99. */
const THOROUGH: Effort = { rounds: 8, requests: 500, warming: 1_000 };
const BRIEF: Effort = { rounds: 3, requests: 100, warming: 300 };

export const profileOverhead: Scenario = {
  name: NAME,
  summary: 'what profiling costs a request and a query at each step of its ladder',
  run,
};

async function run({ root, quick, note }: RunOptions): Promise<Report> {
  const postgres = await openPostgres(root, note);
  try {
    const url = await ensureLoaded(postgres.adminUrl(), 'bench_callbot_read_quick', QUICK, note);
    const effort = quick ? BRIEF : THOROUGH;
    const rows: Row[] = [];
    for (const subject of await subjectsOf(url)) {
      note(`${subject.name}: measuring`);
      rows.push(...rowsOf(subject, await climb(subject, shared(effort, subject))));
    }
    const result: Result = {
      scenario: NAME,
      commit: readCommit(root),
      at: new Date().toISOString(),
      machine: describeMachine(),
      postgres: await describePostgres(url),
      node: process.versions.node,
      volume: { ...effort, customers: QUICK.tenants[0] },
      rows,
    };
    const conclusions = conclude(rows);
    return { result, plots: {}, section: sectionOf(result, conclusions), conclusions };
  } finally {
    await postgres.stop();
  }
}

/** Twenty statements take twenty times as long as one, and are not what the aims are about. */
function shared({ rounds, requests, warming }: Effort, { statements }: Subject): Effort {
  const part = statements > 1 ? 4 : 1;
  return { rounds, requests: Math.ceil(requests / part), warming: Math.ceil(warming / part) };
}

/** Callbot's page, and a server of no framework with one statement and with twenty, by which the cost of one more is told. */
async function subjectsOf(url: string): Promise<readonly Subject[]> {
  await withOwner(url, (client) => client.query('delete from altiplano.access_token'));
  const tenant = (await readTenants(url)).at(-1);
  if (tenant === undefined) throw new Error('no workspace');
  const token = await issueToken(url, callbot.name, tenant.admin, [], SECRET);
  const plain = { program: 'plain-pg', environment: { DATABASE_URL: url }, token: 'none' };
  const page: Subject = {
    name: 'callbot, first page',
    program: 'serve-callbot',
    environment: { DATABASE_URL: url, ALTIPLANO_SECRET: SECRET },
    path: targetOf(listCase(tenant, 'first page', '')),
    token,
    statements: 1,
  };
  return [
    page,
    { ...page, name: 'own dashboard, first page', steps: ['off', 'dashboard'] },
    { ...plain, name: 'pg, one statement', path: '/1', statements: 1 },
    { ...plain, name: 'pg, twenty statements', path: '/20', statements: 20 },
  ];
}
