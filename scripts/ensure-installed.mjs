import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { run } from './run-child.mjs';

export const ROOT = fileURLToPath(new URL('..', import.meta.url));
const LOCK = join(ROOT, 'package-lock.json');
const LIBC = process.report.getReport().header.glibcVersionRuntime ? 'glibc' : 'musl';
const STAMP = join(ROOT, 'node_modules', '.altiplano-installed');

/** Checks Node and installs the dependencies when they are missing or not those of package-lock.json. */
export async function ensureInstalled() {
  checkNode();
  const wanted = fingerprint();
  if (existsSync(STAMP) && readFileSync(STAMP, 'utf8') === wanted) return;
  if (!matchesLock()) await install();
  writeFileSync(STAMP, fingerprint());
}

function checkNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major > 20 || (major === 20 && minor >= 19)) return;
  console.error(`Altiplano needs Node 20.19 or later; this is ${process.versions.node}.`);
  console.error(
    'Install a current one from https://nodejs.org/ or with your version manager, for example: nvm install 22',
  );
  process.exit(2);
}

/** Binaries in node_modules belong to one platform: a tree shared with a container is stale there. */
function fingerprint() {
  const lock = existsSync(LOCK) ? readFileSync(LOCK) : '';
  return createHash('sha256').update(`${process.platform}-${process.arch}\n`).update(lock).digest('hex');
}

/** npm writes down what it installed, last of all: an install made by hand counts, an interrupted one does not. */
function matchesLock() {
  const installed = join(ROOT, 'node_modules', '.package-lock.json');
  if (!existsSync(LOCK) || !existsSync(installed)) return false;
  const have = JSON.parse(readFileSync(installed, 'utf8')).packages;
  return Object.entries(JSON.parse(readFileSync(LOCK, 'utf8')).packages).every(
    ([path, wanted]) =>
      !path.startsWith('node_modules/') ||
      (wanted.optional && !isForHere(wanted)) ||
      // A link to a folder of this repository has no version: it is there or not.
      (wanted.link ? existsSync(join(ROOT, path)) : have[path]?.version === wanted.version),
  );
}

function isForHere({ os = [process.platform], cpu = [process.arch], libc }) {
  return os.includes(process.platform) && cpu.includes(process.arch) && (libc ?? [LIBC]).includes(LIBC);
}

/**
 * --ignore-scripts: nothing here needs an install script (see src/embedded/hydrate-symlinks.ts), and npm 11 then neither
 * warns about them nor, with strict-allow-scripts, refuses. --include: NODE_ENV=production would leave out tsx.
 */
async function install() {
  console.log('Installing dependencies (the first time about a minute) ...');
  const begin = Date.now();
  const shared = [
    '--ignore-scripts',
    '--include=dev',
    '--include=optional',
    '--no-audit',
    '--no-fund',
    '--loglevel=error',
  ];
  let code = existsSync(LOCK) ? await runNpm(['ci', ...shared]) : 1;
  if (code !== 0) {
    console.log('Trying npm install, which may change package-lock.json ...');
    code = await runNpm(['install', '--omit-lockfile-registry-resolved', ...shared]);
  }
  if (code !== 0) {
    console.error(`npm failed (exit ${code}); its message is above. Nothing was started.`);
    process.exit(code);
  }
  console.log(`Installed in ${((Date.now() - begin) / 1000).toFixed(0)} s.`);
}

/** The npm that runs us, if one does: its own script under this very Node, without a shell. */
function runNpm(options) {
  const cli = process.env.npm_execpath;
  if (cli?.endsWith('npm-cli.js')) return run(process.execPath, [cli, ...options], { cwd: ROOT });
  return run('npm', options, { cwd: ROOT, shell: process.platform === 'win32' });
}
