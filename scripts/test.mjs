import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { countTests } from './count-tests.mjs';
import { ensureInstalled, ROOT } from './ensure-installed.mjs';
import { runPart } from './run-child.mjs';
import { findServers, missingPrograms } from './test-servers.mjs';

// Every test once on each PostgreSQL there is; further arguments go to vitest: npm test -- cursor
await ensureInstalled();
const isBuild = process.env.CI === 'true';
const { servers, absent } = findServers();
const missing = [...absent, ...missingPrograms()];
const total = { passed: 0, failed: 0, skipped: 0 };
const failures = [];
let worst = 0;

const reports = mkdtempSync(join(tmpdir(), 'altiplano-tests-'));
try {
  for (const [index, { title, env }] of servers.entries()) {
    const code = await testOn(title, env, index === 0);
    worst ||= code;
  }
} finally {
  rmSync(reports, { recursive: true, force: true });
}

for (const { what, remedy } of missing) console.log(`\nNot run: ${what}. ${remedy}`);
if (absent.some(({ isListed }) => isListed)) fail('ALTIPLANO_TEST_POSTGRES names a PostgreSQL that is not there.');
if (isBuild && missing.length > 0) fail('CI=true: what is missing must be there.');
if (isBuild && total.skipped > 0) fail('CI=true: no test may be skipped.');
// Once more at the very end: a log that is cut keeps its tail, and the first server's failures lie thousands of lines up.
if (failures.length > 0) console.log(`\nFailed:\n${failures.join('\n')}`);
console.log(`\n${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
process.exitCode = worst;

/** The first server gets every test, the others those that touch a database. */
async function testOn(title, env, isFirst) {
  const report = join(reports, `${title}.json`);
  const options = ['run', '--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
  if (!isFirst) options.push('--passWithNoTests');
  const settings = { cwd: ROOT, env: { ...env, ALTIPLANO_TEST_SCOPE: isFirst ? 'all' : 'database' } };
  const program = join(ROOT, 'node_modules', 'vitest', 'vitest.mjs');
  const code = await runPart(
    `tests on ${title}`,
    process.execPath,
    [program, ...options, ...process.argv.slice(2)],
    settings,
  );
  const counted = countTests(report);
  for (const name of Object.keys(total)) total[name] += counted[name];
  failures.push(...counted.failures.map((failure) => `${title}: ${failure}`));
  return code;
}

function fail(reason) {
  console.error(`\n${reason}`);
  worst ||= 1;
}
