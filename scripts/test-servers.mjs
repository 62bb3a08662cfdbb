import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

const EMBEDDED = '18';

/**
 * The servers to test on: ALTIPLANO_TEST_POSTGRES (majors or directories of programs, `18` being the embedded one), else
 * DATABASE_URL or the embedded one, and PostgreSQL 15, the oldest supported, where it is installed.
 */
export function findServers() {
  const listed = process.env.ALTIPLANO_TEST_POSTGRES?.split(',').map((entry) => entry.trim());
  const servers = [];
  const absent = [];
  for (const entry of listed ?? [EMBEDDED, '15']) {
    const { DATABASE_URL, ALTIPLANO_POSTGRES_BIN: _, ...env } = process.env;
    const binaries = entry === EMBEDDED ? undefined : findBinaries(entry);
    if (entry === EMBEDDED && DATABASE_URL && listed === undefined) {
      servers.push({ title: 'the server of DATABASE_URL', env: { ...env, DATABASE_URL } });
    } else if (entry === EMBEDDED) {
      servers.push({ title: `PostgreSQL ${EMBEDDED}`, env });
    } else if (binaries !== undefined) {
      servers.push({ title: `PostgreSQL ${majorOf(entry)}`, env: { ...env, ALTIPLANO_POSTGRES_BIN: binaries } });
    } else {
      absent.push({ what: `the tests on PostgreSQL ${entry}`, remedy: INSTALL, isListed: listed !== undefined });
    }
  }
  return { servers, absent };
}

/** Programs some tests start by themselves; without them those tests skip. */
export function missingPrograms() {
  const missing = [];
  if (!process.env.REDIS_URL && !isOnPath('redis-server'))
    missing.push({ what: 'the tests on Redis', remedy: INSTALL });
  if (!isOnPath('chromium', 'chromium-browser', 'google-chrome', 'chrome')) {
    missing.push({ what: 'the tests in a browser (Chromium)', remedy: INSTALL });
  }
  return missing;
}

const INSTALL = 'On Debian: scripts/install-test-packages.sh';

function findBinaries(entry) {
  const places = entry.includes('/')
    ? [entry]
    : [`/usr/lib/postgresql/${entry}/bin`, `/usr/pgsql-${entry}/bin`, `/opt/homebrew/opt/postgresql@${entry}/bin`];
  return places.find((place) => existsSync(join(place, 'initdb')));
}

function majorOf(entry) {
  return /(\d+)/.exec(entry)?.[1] ?? entry;
}

function isOnPath(...names) {
  const folders = (process.env.PATH ?? '').split(delimiter);
  return names.some((name) => folders.some((folder) => existsSync(join(folder, name))));
}
