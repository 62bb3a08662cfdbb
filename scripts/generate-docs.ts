/**
 * npm run docs: writes what docs/reference takes from the code. With --check it writes nothing, and fails naming the
 * files that are not what they would be.
 */
import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { callbot } from '../apps/callbot/app.ts';
import { workboard } from '../apps/workboard/app.ts';
import { readCatalog } from '../packages/altiplano/src/catalog/read.ts';
import { startEmbedded } from '../packages/altiplano/src/embedded/start-embedded.ts';
import { CATALOGUE, type CatalogueEntry } from '../packages/altiplano/src/errors/catalogue.ts';
import { withOwner } from '../packages/altiplano/src/execute/owner.ts';
import { ENGINE, migrate } from '../packages/altiplano/src/migrate/run.ts';
import { describeApi } from '../packages/altiplano/src/openapi/describe-api.ts';
import type { App } from '../packages/altiplano/src/resource/app.ts';

const REFERENCE = new URL('../docs/reference/', import.meta.url);
const EMBEDDED = fileURLToPath(new URL('../.altiplano/docs', import.meta.url));
const BIOME = fileURLToPath(new URL('../node_modules/@biomejs/biome/bin/biome', import.meta.url));
const { version } = JSON.parse(readFileSync(new URL('../packages/altiplano/package.json', import.meta.url), 'utf8'));

function describeErrors(): string {
  const entries = Object.entries<CatalogueEntry>(CATALOGUE).sort(([a], [b]) => (a < b ? -1 : 1));
  const lines = [
    '# Errors\n',
    'Every refusal is a problem document (RFC 9457, `application/problem+json`) whose `code` is one of these and never',
    'changes its meaning; `detail` is the message, `hint` says what would be right, `{name}` stands for what was sent or',
    'found. Written by `npm run docs` from `packages/altiplano/src/errors/catalogue.ts`.',
    ...entries.map(([code, entry]) => `\n${describeEntry(code, entry)}`),
  ];
  return format('errors.md', lines.join('\n'));
}

function describeEntry(code: string, { status, message, hint, retired }: CatalogueEntry): string {
  // Below 100 it is no HTTP status: the exit code of a command.
  const heading = status < 100 ? `Exit code ${status}.` : `Status ${status}.`;
  const rest = retired === undefined ? '' : ` Retired in ${retired}.`;
  return `## ${code}\n\n${heading}${rest} ${message}\n\n_${hint}_`;
}

/** Types come from a live catalog, so it takes a database: a new one, migrated and dropped again. */
async function describeApp(app: App): Promise<string> {
  const { name, schema, migrations: folder, identity, actions = [] } = app;
  return withEmptyDatabase(async (url) => {
    await migrate(ENGINE, { url, direction: 'up' });
    await migrate({ app: name, schema, folder }, { url, direction: 'up' });
    const catalog = await withOwner(url, (client) => readCatalog(client, schema));
    const services = app.resources.map((resource) => ({ resource, catalog, identity }));
    const described = actions.map((action) => ({ action, catalog, identity }));
    return format(`${name}.openapi.json`, JSON.stringify(describeApi(services, version, described)));
  });
}

/** As the formatter of everything else here would have it; it leaves docs/reference alone, so it is told another place. */
function format(name: string, text: string): string {
  const args = [BIOME, 'format', `--stdin-file-path=docs/${name}`];
  return execFileSync(process.execPath, args, { input: text, encoding: 'utf8' });
}

async function withEmptyDatabase<T>(work: (url: string) => Promise<T>): Promise<T> {
  const given = process.env.DATABASE_URL;
  const server = given ? null : await startEmbedded({ directory: EMBEDDED, log: console.error });
  const admin = server?.url ?? given ?? '';
  const name = `altiplano_docs_${randomBytes(4).toString('hex')}`;
  const url = Object.assign(new URL(admin), { pathname: `/${name}` }).href;
  try {
    await withOwner(admin, (client) => client.query(`create database ${name}`));
    return await work(url);
  } finally {
    await withOwner(admin, (client) => client.query(`drop database if exists ${name} with (force)`));
    await server?.stop();
  }
}

const files: Readonly<Record<string, string>> = {
  'errors.md': describeErrors(),
  'callbot.openapi.json': await describeApp(callbot),
  'workboard.openapi.json': await describeApp(workboard),
};

if (process.argv.includes('--check')) {
  const stale = Object.entries(files).filter(([name, text]) => read(name) !== text);
  for (const [name] of stale) console.error(`docs/reference/${name} is not what the code says: npm run docs`);
  process.exitCode = stale.length > 0 ? 1 : 0;
} else {
  mkdirSync(REFERENCE, { recursive: true });
  for (const [name, text] of Object.entries(files)) writeFileSync(new URL(name, REFERENCE), text);
}

function read(name: string): string | null {
  try {
    return readFileSync(new URL(name, REFERENCE), 'utf8');
  } catch {
    return null;
  }
}
