import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { awaitAnswer, type ProgramReport, startProgram, withOwner } from 'altiplano/testing';
import type { Recipe } from './recipe.ts';

const COMMAND = fileURLToPath(new URL('../../packages/altiplano/bin/altiplano.mjs', import.meta.url));
const WAIT_MILLISECONDS = 180_000;

export interface Ran {
  readonly report: ProgramReport;
  /** 0 or 1, as the command ended. */
  readonly code: number | null;
}

/** In a database of its own: made, filled by the program itself and its seed, asked under `altiplano profile`. */
export async function profileForeign(
  recipe: Recipe,
  directory: string,
  adminUrl: string,
  options: readonly string[],
  note: (line: string) => void,
): Promise<Ran> {
  const databaseUrl = await freshDatabase(adminUrl, `foreign_${recipe.name}`);
  const port = String(await freePort());
  const origin = `http://127.0.0.1:${port}`;
  const environment = { ...process.env, ...recipe.environment, DATABASE_URL: databaseUrl, PORT: port, ORIGIN: origin };
  note(`${recipe.name}: filling its database`);
  const variables = await seed(recipe, directory, environment);
  note(`${recipe.name}: asking it`);
  const words = [
    'profile',
    '--app',
    recipe.server,
    '--requests',
    'requests.txt',
    '--origin',
    origin,
    '--ready',
    recipe.ready,
  ];
  const ran = await runNode(
    [COMMAND, ...words, '--json', '--wait', '180', ...options],
    directory,
    { ...environment, ...variables },
    note,
  );
  if (ran.code !== 0 && ran.code !== 1)
    throw new Error(`altiplano profile ended with ${ran.code}: ${ran.stderr.slice(-2000)}`);
  if (ran.stdout === '') throw new Error(ran.stderr.slice(-2000));
  return { report: JSON.parse(ran.stdout), code: ran.code };
}

async function seed(
  recipe: Recipe,
  directory: string,
  environment: NodeJS.ProcessEnv,
): Promise<Record<string, string>> {
  const file = join(directory, recipe.server);
  const program = startProgram({ options: [], file, arguments: [], environment, directory });
  try {
    const silent = await awaitAnswer(new URL(recipe.ready, environment.ORIGIN), WAIT_MILLISECONDS, program.ended);
    if (silent !== null) throw new Error(`${recipe.name}: ${silent}\n${program.lastWords()}`);
    const { code, stdout, stderr } = await runNode([recipe.seed], directory, environment, () => {});
    if (code !== 0) throw new Error(`${recipe.name}: its seed ended with ${code}\n${stderr.slice(-2000)}`);
    return JSON.parse(stdout.trim().split('\n').at(-1) ?? '{}');
  } finally {
    await program.stop();
  }
}

async function freshDatabase(adminUrl: string, name: string): Promise<string> {
  await withOwner(adminUrl, async (client) => {
    await client.query(`drop database if exists ${name} with (force)`);
    await client.query(`create database ${name}`);
  });
  const url = new URL(adminUrl);
  url.pathname = `/${name}`;
  return url.href;
}

async function runNode(
  words: readonly string[],
  directory: string,
  env: NodeJS.ProcessEnv,
  note: (line: string) => void,
) {
  const child = spawn(process.execPath, words, { cwd: directory, env, stdio: ['ignore', 'pipe', 'pipe'] });
  const said = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    said.stdout += chunk;
  });
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    said.stderr = (said.stderr + chunk).slice(-20_000);
    for (const line of chunk.split('\n')) if (line !== '') note(line);
  });
  const [code] = await once(child, 'close');
  return { code: code as number | null, ...said };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
