import { performance } from 'node:perf_hooks';

const timing = performance.nodeTiming;
// A type of Node 22's, absent from those of 20.
const thread = process as { threadCpuUsage?: () => { user: number; system: number } };

/** Milliseconds; what recordings count in. */
export function now(): number {
  return performance.now();
}

/** Milliseconds that this thread's event loop was not waiting; only differences mean something. */
export function busy(): number {
  return performance.now() - timing.idleTime;
}

/** Milliseconds of processor: of this thread since Node 22.15, of the whole process before, its collector's threads included. */
export function processor(): number {
  const { user, system } = thread.threadCpuUsage?.() ?? process.cpuUsage();
  return (user + system) / 1_000;
}
