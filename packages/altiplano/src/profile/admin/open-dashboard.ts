import cluster from 'node:cluster';
import { type OpenDashboard, serveDashboard } from './serve-dashboard.ts';

/**
 * As the environment says; where is told on stderr. A port that is taken is told too, and the program goes on: workers of a cluster have the environment
 * of their primary, and one of them has the port.
 * @throws Error that says what a port is
 */
export function openDashboard(text: string, where: string): void {
  if (!/^\d{1,5}$/.test(text) || Number(text) > 65_535) {
    throw new Error(`${where}=${text} is no port: it is a number up to 65535, 0 for any that is free`);
  }
  const serving = serveDashboard({ port: Number(text) });
  serving.then(
    ({ address }) => tell(`watch it at ${address}`),
    (error: Error) => tell(`no dashboard, ${error.message}`),
  );
  if (cluster.isPrimary) cluster.once('fork', () => leaveToWorkers(serving));
}

/** Who forks workers answers no requests; until then nobody can tell it from any other program. */
function leaveToWorkers(serving: Promise<OpenDashboard>): void {
  serving.then(
    async ({ close }) => {
      await close();
      tell('no dashboard of a primary: each worker has its own requests');
    },
    () => {}, // it was told
  );
}

function tell(line: string): void {
  process.stderr.write(`altiplano: ${line}\n`);
}
