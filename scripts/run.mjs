import { ensureInstalled, ROOT } from './ensure-installed.mjs';
import { run } from './run-child.mjs';

// node scripts/run.mjs <script.ts> [arguments]
await ensureInstalled();
process.exitCode = await run(process.execPath, ['--import', 'tsx', ...process.argv.slice(2)], { cwd: ROOT });
