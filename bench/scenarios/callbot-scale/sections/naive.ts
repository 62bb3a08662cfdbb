import type { OwnerClient } from 'altiplano';
import { answerNaively } from '../../../../apps/callbot/naive.ts';
import { percentiles, timeAtOnce } from '../../../measure/samples.ts';
import { makeRow, type Row } from '../../../result/result.ts';
import { type Case, LIST } from '../../callbot-read/case.ts';
import type { Bed, Section } from '../bed.ts';
import { caseOf } from '../pages.ts';
import { filterCases } from './filters.ts';

/** The described code on our indexes, in the process that asks; an answer that takes too long is a timeout. */
export const naive: Section = {
  name: 'naive',
  async *measure(bed) {
    const cases = [...bed.pages.map(caseOf), ...(await filterCases(bed))].filter((subject) => subject.naive !== null);
    for (const [done, subject] of cases.entries()) {
      bed.tell({ name: 'naive', done, total: cases.length });
      yield [await measure(bed, subject)];
    }
    bed.tell({ name: 'naive', done: cases.length, total: cases.length });
  },
};

async function measure(bed: Bed, subject: Case): Promise<Row> {
  const { owner, countedOwner, naiveWire } = await bed.instruments();
  const { naive: asked, workspace, user, id, name, size } = subject;
  const named = { case: name, variant: 'naive', size };
  const query = `workspace_id=${workspace}${asked?.query ? `&${asked.query}` : ''}`;
  const request = { user: { id: user }, path: id === null ? LIST : `${LIST}${id}/`, query, origin: 'http://bench' };
  const { patience, naive: repetitions } = bed.effort;
  const ask = () => answerNaively(countedOwner, 'callbot', request, { offset: asked?.offset ?? 0 });
  const giveUp = cancelAfter(owner, countedOwner, patience);
  naiveWire.take();
  const started = performance.now();
  try {
    await ask();
    const { statements, roundTrips } = naiveWire.take();
    const first = performance.now() - started;
    const samples = first > repetitions.milliseconds ? [first] : await timeAtOnce(repetitions, ask);
    return makeRow({ ...named, statements, round_trips: roundTrips, ...percentiles(samples) });
  } catch (error) {
    if (!/canceling statement/.test(String(error))) throw error;
    const { statements } = naiveWire.take();
    const waited = ((performance.now() - started) / 1000).toFixed(1);
    return makeRow({ ...named, note: `timeout: given up after ${waited} s, ${statements} statements done` });
  } finally {
    giveUp.stop();
  }
}

/** An answer is many statements: whichever runs when the time is up is cancelled, again and again until one was hit. */
function cancelAfter(owner: OwnerClient, working: OwnerClient, milliseconds: number): { stop(): void } {
  const { processID } = working as OwnerClient & { processID: number };
  let again: NodeJS.Timeout | undefined;
  const cancel = () => {
    owner.query('select pg_cancel_backend($1)', [processID]).catch(() => {});
    again = setTimeout(cancel, 50);
  };
  again = setTimeout(cancel, milliseconds);
  return { stop: () => clearTimeout(again) };
}
