import { measureThroughput } from '../../callbot-read/throughput.ts';
import type { Section } from '../bed.ts';
import { caseOf } from '../pages.ts';

/** Answers a second beside the bare statement in Node and in pgbench, in turns. */
export const throughput: Section = {
  name: 'throughput',
  async *measure(bed) {
    const instruments = await bed.instruments();
    // The small workspace's first page is enough to compare with.
    const pages = bed.pages.slice(0, 5);
    for (const [done, page] of pages.entries()) {
      bed.tell({ name: 'throughput', done, total: pages.length });
      const { rows } = await measureThroughput(instruments, caseOf(page), { ...bed.effort, burst: null });
      yield rows;
    }
    bed.tell({ name: 'throughput', done: pages.length, total: pages.length });
  },
};
