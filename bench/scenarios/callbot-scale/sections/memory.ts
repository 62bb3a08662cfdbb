import { openHeapMeter } from '../../../measure/heap.ts';
import { round } from '../../../measure/samples.ts';
import { makeRow } from '../../../result/result.ts';
import { targetOf } from '../../callbot-read/case.ts';
import { SECRET } from '../../callbot-read/instruments.ts';
import type { Section } from '../bed.ts';
import { caseOf } from '../pages.ts';

/** The first answers compile code and open a connection: not what a page costs. */
const WARMING = 10;
const TURNS = 20;

/** How much the heap of a server grows while it answers one default page. */
export const memory: Section = {
  name: 'memory',
  async *measure(bed) {
    const { askerOf } = await bed.instruments();
    const meter = await openHeapMeter(bed.url(), SECRET);
    try {
      for (const page of bed.pages.slice(0, 4)) {
        const subject = caseOf(page);
        const { token } = await askerOf(subject.user);
        const grown: number[] = [];
        for (let turn = 0; turn < WARMING + TURNS; turn++) grown.push(await meter.growth(targetOf(subject), token));
        const most = Math.max(...grown.slice(WARMING)) / 1024 ** 2;
        const note = `not RSS: the most the heap grew by in one of ${TURNS} answers`;
        const named = { case: `heap: ${subject.name}`, variant: 'altiplano', size: subject.size };
        yield [makeRow({ ...named, peak_rss_mb: round(most), note })];
      }
    } finally {
      meter.close();
    }
  },
};
