import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';
import type { Work } from '../limit/messages.ts';

const run = promisify(execFile);

export interface Pgbench {
  readonly url: string;
  readonly work: Work;
  readonly connections: number;
  readonly seconds: number;
  /** Settings of each session, as PGOPTIONS. */
  readonly options: string;
}

/** PostgreSQL's own load generator on the same statement; null where it is not installed. */
export async function runPgbench(bench: Pgbench): Promise<{ name: string; perSecond: number } | null> {
  const program = findProgram();
  if (program === undefined) return null;
  const version = /\d+(\.\d+)*/.exec((await run(program, ['--version'])).stdout)?.[0] ?? '';
  const folder = mkdtempSync(join(tmpdir(), 'altiplano-bench-'));
  try {
    const script = join(folder, 'page.sql');
    writeFileSync(script, scriptOf(bench.work));
    const { connections, seconds } = bench;
    const { stdout } = await run(
      program,
      ['-n', '-c', String(connections), '-j', '1', '-T', String(Math.ceil(seconds)), '-D', 'ready=0', '-f', script],
      { env: { ...process.env, ...environmentOf(bench) } },
    );
    const found = /^tps = ([\d.]+)/m.exec(stdout)?.[1];
    if (found === undefined) throw new Error(`pgbench: ${stdout}`);
    return { name: `pgbench ${version}`, perSecond: Number(found) };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/**
 * Prepared once for each connection; then begin, tenant, statement and commit travel in one message. Not `-M prepared`:
 * there pgbench takes the colons within `HH24:MI:SS` for variables.
 */
function scriptOf({ statement, session }: Work): string {
  const set = `select set_config('altiplano.tenant', ${literal(session.tenant)}, true), set_config('altiplano.caller', ${literal(session.caller)}, true)`;
  return [
    '\\if :ready = 0',
    `prepare page as ${statement.text};`,
    '\\set ready 1',
    '\\endif',
    `begin read only\\; ${set}\\; execute page(${statement.values.map(literal).join(', ')})\\; commit;`,
    '',
  ].join('\n');
}

function literal(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return `array[${value.map(literal).join(', ')}]::text[]`;
  return pg.escapeLiteral(String(value));
}

function environmentOf({ url, options }: Pgbench): Record<string, string> {
  const { hostname, port, username, password, pathname } = new URL(url);
  return {
    PGHOST: hostname,
    PGPORT: port || '5432',
    PGUSER: decodeURIComponent(username),
    PGPASSWORD: decodeURIComponent(password),
    PGDATABASE: pathname.slice(1),
    PGOPTIONS: options,
  };
}

function findProgram(): string | undefined {
  const onPath = (process.env.PATH ?? '').split(delimiter).map((folder) => join(folder, 'pgbench'));
  const packages = '/usr/lib/postgresql';
  const versions = existsSync(packages) ? readdirSync(packages).sort().reverse() : [];
  const packaged = versions.map((version) => join(packages, version, 'bin', 'pgbench'));
  return [...onPath, ...packaged].find((file) => existsSync(file));
}
