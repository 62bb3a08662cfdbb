import { ensureInstalled } from './ensure-installed.mjs';

// The command runs in this very process: one to signal, one exit code, none left behind when this one is killed.
await ensureInstalled();
process.argv.splice(2, 0, 'start');
await import('../packages/altiplano/bin/altiplano.mjs');
