import { drawBars } from '../../plot/bars.ts';
import { describeMachine, readCommit } from '../../result/machine.ts';
import type { Result, Row } from '../../result/result.ts';
import { figure } from '../../result/table.ts';
import type { Report, RunOptions, Scenario } from '../../scenario.ts';
import { describePostgres, openPostgres } from '../../server/postgres.ts';
import type { AppBench } from './app-bench.ts';
import { fieldBench } from './apps/field.ts';
import { workboardBench } from './apps/workboard.ts';
import { countLines } from './lines.ts';
import { ensureLoaded, ensureWellness } from './load.ts';
import { type Effort, measureApp } from './measure.ts';
import { isEndpoint, tablesOf } from './tables.ts';
import { measureWellness } from './wellness.ts';

const NAME = 'apps-read';
export const APPS: readonly AppBench[] = [workboardBench, fieldBench];
/** Tenants of each report. */
const WELLNESS_TENANTS = [20, 1_000];
/** Of a page, whatever is asked. */
const BUDGET = 600;

export const effortOf = (quick: boolean): Effort => (quick ? BRIEF : THOROUGH);

const BRIEF: Effort = { ours: { most: 60, milliseconds: 300 }, naive: { most: 3, milliseconds: 300 }, patience: 2_000 };
const THOROUGH: Effort = {
  ours: { most: 200, milliseconds: 1_500 },
  naive: { most: 5, milliseconds: 2_000 },
  patience: 8_000,
};

export const appsRead: Scenario = {
  name: NAME,
  summary: 'every endpoint of workboard and field at a small and a large tenant, against the naive twins',
  run,
};

async function run({ root, quick, note }: RunOptions): Promise<Report> {
  const postgres = await openPostgres(root, note);
  try {
    const rows: Row[] = [];
    let server = '';
    for (const bench of APPS) {
      const url = await ensureLoaded(postgres.adminUrl(), bench, quick, note);
      server = await describePostgres(url);
      note(`${bench.app.name}: measuring`);
      rows.push(...(await measureApp(url, bench, effortOf(quick))));
    }
    for (const tenants of WELLNESS_TENANTS) {
      const url = await ensureWellness(postgres.adminUrl(), tenants, note);
      rows.push(...(await measureWellness(url, tenants)));
    }
    for (const { app } of APPS) rows.push(...countLines(root, app.name));
    const volume = Object.fromEntries(APPS.map(({ app, volumes }) => [app.name, quick ? volumes.quick : volumes.full]));
    return report(root, { scenario: NAME, postgres: server, volume, rows });
  } finally {
    await postgres.stop();
  }
}

export type Measured = Pick<Result, 'scenario' | 'postgres' | 'volume' | 'rows'>;

export function report(root: URL, measured: Measured): Report {
  const result: Result = {
    ...measured,
    commit: readCommit(root),
    at: new Date().toISOString(),
    machine: describeMachine(),
    node: process.versions.node,
  };
  const conclusions = conclude(measured.rows);
  return { result, plots: plotsOf(result), section: sectionOf(result, conclusions), conclusions };
}

const isOurs = ({ variant }: Row) => variant === 'altiplano';
const isRead = (row: Row) => isOurs(row) && row.buffers !== null;

function conclude(rows: readonly Row[]): readonly string[] {
  const reads = rows.filter(isRead);
  const worst = [...reads].sort((one, other) => (other.buffers ?? 0) - (one.buffers ?? 0))[0];
  const most = Math.max(...reads.map(({ statements }) => statements ?? 0));
  const twins = rows.filter((row) => row.variant === 'naive' && isEndpoint(row));
  const ratios = twins.flatMap(({ case: name, size, p50_ms }) => {
    const ours = rows.find((row) => isOurs(row) && row.case === name && row.size === size)?.p50_ms;
    return ours && p50_ms ? [{ name, size, ratio: p50_ms / ours }] : [];
  });
  const best = ratios.sort((one, other) => other.ratio - one.ratio)[0];
  return [
    ...tablesOf(rows),
    `Statements of a read: ${most} at most; naive: up to ${Math.max(0, ...twins.map(({ statements }) => statements ?? 0))}.`,
    `Most buffers of a read: ${worst?.buffers} (${worst?.case}, ${worst?.size.toLocaleString('en')} rows).`,
    `Farthest ahead of the naive twin: ${best?.name} at ${best?.size.toLocaleString('en')} rows, ${Math.round(best?.ratio ?? 0)} times.`,
  ];
}

function plotsOf({ scenario, machine, postgres, rows }: Result): Readonly<Record<string, string>> {
  const bars = rows
    .filter(isRead)
    .map((row) => ({ name: `${row.case} (${row.size.toLocaleString('en')})`, value: row.buffers ?? 0 }));
  const title = 'Buffers of each read endpoint, at a small and a large tenant';
  const subtitle = `Warm, row security on. ${machine}; ${postgres}`;
  return { [`${scenario}-buffers.svg`]: drawBars({ title, subtitle, bars, budget: BUDGET }) };
}

function sectionOf(result: Result, conclusions: readonly string[]): string {
  const { scenario, machine, postgres, node, commit, at, rows, volume } = result;
  const cells = (texts: readonly string[]) => `| ${texts.join(' | ')} |`;
  const table = rows.filter(isEndpoint).map((row) => {
    const counts = [row.statements, row.round_trips, row.buffers].map((value) => figure(value, 0));
    return cells([
      row.case,
      row.size.toLocaleString('en'),
      row.variant,
      ...counts,
      figure(row.p50_ms, 2),
      figure(row.p95_ms, 2),
    ]);
  });
  return [
    `## ${scenario}`,
    `${machine}; ${postgres}; Node ${node}; commit ${commit ?? 'unknown'}; ${at.slice(0, 10)}. Volume: \`${JSON.stringify(volume)}\`.`,
    '`altiplano` answers over HTTP from the process that asks, over one connection; `naive` is the twin without HTTP.',
    ['```text', ...conclusions, '```'].join('\n'),
    `![Buffers of each read](../bench/results/${scenario}-buffers.svg)`,
    [
      cells(['endpoint', 'rows', 'variant', 'statements', 'round trips', 'buffers', 'p50 ms', 'p95 ms']),
      cells(Array(8).fill('---')),
      ...table,
    ].join('\n'),
  ].join('\n\n');
}
