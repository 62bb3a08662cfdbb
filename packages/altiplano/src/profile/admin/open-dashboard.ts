import { serveDashboard } from './serve-dashboard.ts';

/**
 * As the environment says; where is told on stderr. A port that is taken is told too, and the program goes on: children of a cluster have the environment
 * of their parent.
 * @throws Error that says what a port is
 */
export function openDashboard(text: string, where: string): void {
  if (!/^\d{1,5}$/.test(text) || Number(text) > 65_535) {
    throw new Error(`${where}=${text} is no port: it is a number up to 65535, 0 for any that is free`);
  }
  serveDashboard({ port: Number(text) }).then(
    ({ address }) => process.stderr.write(`altiplano: watch it at ${address}\n`),
    (error: Error) => process.stderr.write(`altiplano: no dashboard, ${error.message}\n`),
  );
}
