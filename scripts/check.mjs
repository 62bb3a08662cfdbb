import { join } from 'node:path';
import { ensureInstalled, ROOT } from './ensure-installed.mjs';
import { runPart } from './run-child.mjs';

// Everything that needs no database, quickest first; stops at the first failure.
await ensureInstalled();
const tool = (...path) => join(ROOT, 'node_modules', ...path);
const unit = ['run', '--passWithNoTests'];
const parts = [
  ['format and lint', tool('@biomejs', 'biome', 'bin', 'biome'), ['ci', '.']],
  ['types', tool('typescript', 'bin', 'tsc'), ['-p', 'tsconfig.json']],
  ['types of the browser', tool('typescript', 'bin', 'tsc'), ['-p', 'packages/dashboard/tsconfig.json']],
  ['architecture and unit tests', tool('vitest', 'vitest.mjs'), unit, { ALTIPLANO_TEST_SCOPE: 'unit' }],
];
for (const [title, program, options, env] of parts) {
  const code = await runPart(title, process.execPath, [program, ...options], {
    cwd: ROOT,
    env: { ...process.env, ...env },
  });
  if (code === 0) continue;
  process.exitCode = code;
  break;
}
