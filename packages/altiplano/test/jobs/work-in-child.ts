import { startFolder } from '../../src/folder.ts';
import { REVIVE_JOBS } from '../../src/jobs/chores.ts';
import { startJobs } from '../../src/jobs/worker.ts';
import { mill } from './mill.ts';

// A worker as a process of its own, to be killed.
const url = process.argv[2] ?? '';
const jobs = startJobs({ url, apps: [mill] });
const folder = startFolder({ url, chores: [REVIVE_JOBS] });
process.once('SIGTERM', () => {
  Promise.all([jobs.stop(), folder.stop()]).then(
    () => process.exit(0),
    () => process.exit(1),
  );
});
console.log('started');
