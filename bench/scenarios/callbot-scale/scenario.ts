import { writeFileSync } from 'node:fs';
import { progress } from 'altiplano/testing';
import { describeMachine, readCommit } from '../../result/machine.ts';
import type { Result } from '../../result/result.ts';
import type { Report, RunOptions, Scenario } from '../../scenario.ts';
import { databaseExists, databaseUrl } from '../../server/database.ts';
import { describePostgres, openPostgres, type Postgres } from '../../server/postgres.ts';
import { type Bed, prepareBed } from './bed.ts';
import { conclude } from './conclusions.ts';
import { checkDisk } from './load/disk.ts';
import { ensureLoaded, loadRows } from './load/load.ts';
import { type Choice, chooseRun, NAME } from './options.ts';
import { plotsOf } from './plots.ts';
import { sectionOf } from './section.ts';
import { openStore } from './store.ts';

const DIRECTORY = '.altiplano/bench-scale';

/** The rows can be made again, so nothing waits for the disk; what is measured afterwards does. */
const LOADING = {
  fsync: 'off',
  full_page_writes: 'off',
  wal_level: 'minimal',
  max_wal_senders: '0',
  max_wal_size: '8GB',
  checkpoint_timeout: '30min',
  autovacuum: 'off',
};
const MEASURING = { max_wal_size: '8GB', checkpoint_timeout: '30min' };

export const callbotScale: Scenario = {
  name: NAME,
  summary:
    'callbot at 1,000,000 customers and 50,000,000 calls beside the naive code, the described cure and its peers',
  options: {
    customers: 'N, of the big workspace',
    calls: 'M, of the big workspace',
    only: 'load,pages,… (the sections of bench/README.md); what it measures replaces that part of the result',
    fresh: null,
  },
  run,
};

async function run({ root, quick, flags, note }: RunOptions): Promise<Report> {
  const choice = chooseRun(quick, flags);
  const { volume, effort, sections, kept, name } = choice;
  const postgres = await openPostgres(root, note, { directory: DIRECTORY, settings: LOADING });
  const url = () => databaseUrl(postgres.adminUrl(), name);
  try {
    checkDisk(root, volume, await databaseExists(postgres.adminUrl(), name), note);
    const tell = progress();
    await ensureLoaded({ url: url(), root, volume, tell, note }, postgres.adminUrl(), name, choice.fresh);
    await postgres.restart?.(MEASURING);
    const head = {
      scenario: choice.scenario,
      commit: readCommit(root),
      at: new Date().toISOString(),
      machine: describeMachine(),
      postgres: await describePostgres(url()),
      node: process.versions.node,
      volume: { ...volume },
    };
    const store = openStore(root, head, kept);
    store.put(await loadRows(url(), volume));
    if (sections.length > 0) {
      const restart = restarter(postgres, url, quick);
      const bed = await prepareBed({ root, volume, effort, tell, note, url, restart, installs: !quick });
      await measure(bed, choice, store.put);
    }
    return report({ ...head, rows: store.rows() });
  } finally {
    await postgres.stop();
  }
}

async function measure(bed: Bed, { sections }: Choice, put: (rows: Result['rows']) => void): Promise<void> {
  try {
    for (const { name, measure: rowsOf } of sections) {
      const started = performance.now();
      for await (const rows of rowsOf(bed)) put(rows);
      bed.note(`${name} measured in ${((performance.now() - started) / 1000).toFixed(0)} s`);
    }
  } finally {
    await bed.closeInstruments();
  }
}

/** A short look shares the machine with others: it leaves the system's cache alone. */
function restarter({ restart }: Postgres, url: () => string, quick: boolean): Bed['restart'] {
  if (restart === null) return null;
  return async () => {
    await restart();
    return { url: url(), dropped: !quick && dropCaches() };
  };
}

function dropCaches(): boolean {
  try {
    writeFileSync('/proc/sys/vm/drop_caches', '3');
    return true;
  } catch {
    return false;
  }
}

export function report(result: Result): Report {
  const conclusions = conclude(result);
  return { result, plots: plotsOf(result), section: sectionOf(result, conclusions), conclusions };
}
