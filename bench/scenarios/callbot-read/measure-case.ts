import type { WireCounts } from 'altiplano/testing';
import { answer, type Explanation, explainUrl } from 'altiplano/testing';
import { answerNaively } from '../../../apps/callbot/naive.ts';
import type { Work } from '../../limit/messages.ts';
import { measureLoad } from '../../measure/load.ts';
import { median, percentiles, round, timeAtOnce, timeRepeatedly } from '../../measure/samples.ts';
import { makeRow, type Row } from '../../result/result.ts';
import { describeExplanation } from './access-note.ts';
import { describeCase } from './adversarial-cases.ts';
import { type Case, LIST, targetOf } from './case.ts';
import type { Instruments } from './instruments.ts';
import type { Effort } from './volume.ts';

/** One row for each variant that answers the case. */
export async function measureCase(instruments: Instruments, subject: Case, effort: Effort): Promise<readonly Row[]> {
  const { name, size } = subject;
  const explanation = await explain(instruments, subject);
  const { buffers } = explanation.explained;
  const named = { case: name, size };
  const note = [subject.note, describeExplanation(explanation)].filter((part) => part !== null).join('; ');
  const refused = await refusalOf(instruments, subject);
  if (refused !== null) {
    const took = median(await timeRepeatedly({ most: 20, milliseconds: 2_000 }, () => refusalOf(instruments, subject)));
    return [
      makeRow({ ...named, variant: 'altiplano', p50_ms: round(took), buffers, note: `${note}; 400: ${refused}` }),
    ];
  }
  const ours = makeRow({
    ...named,
    variant: 'altiplano',
    ...(await countOurs(instruments, subject)),
    ...(await measureHttp(instruments, subject, effort)),
    buffers,
    note,
  });
  if (!subject.compared) return [ours];
  const work = workOf(subject, explanation, true);
  const bare = percentiles(await instruments.limit.latency(work, effort.latency));
  const limit = makeRow({ ...named, variant: 'limit', statements: 1, round_trips: 1, buffers, ...bare });
  return [ours, limit, ...(await measureNaive(instruments, subject, effort))];
}

/** What the reply says instead of a number that only reading very many rows could tell; null when it is answered. */
async function refusalOf(instruments: Instruments, subject: Case): Promise<string | null> {
  try {
    await countOurs(instruments, subject);
    return null;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'REQ_INVALID' && 'errors' in error)
      return JSON.stringify(error.errors);
    throw error;
  }
}

/** The statement the server runs for a case, for the limit. */
export function workOf(subject: Case, { statement }: Explanation, pipelined: boolean): Work {
  return { statement, session: { tenant: subject.workspace, caller: subject.user }, pipelined };
}

export async function explain(
  { service, askerOf }: Pick<Instruments, 'service' | 'askerOf'>,
  subject: Case,
): Promise<Explanation> {
  const { caller } = await askerOf(subject.user);
  return explainUrl(service, caller, new URL(targetOf(subject), 'http://bench'));
}

/** The median of three, after one that finds out who asks: that is kept for a second. */
async function countOurs({ counted, wire, askerOf }: Instruments, subject: Case): Promise<Partial<Row>> {
  const { token } = await askerOf(subject.user);
  const url = new URL(targetOf(subject), 'http://bench');
  const call = {
    id: subject.id,
    origin: url.origin,
    path: url.pathname,
    query: url.searchParams,
    authorization: `Bearer ${token}`,
    signal: new AbortController().signal,
  };
  const taken: WireCounts[] = [];
  for (let turn = 0; turn < 4; turn++) {
    wire.take();
    await answer(counted, call).catch((error: unknown) => {
      if (subject.status === 200) throw error;
    });
    if (turn > 0) taken.push(wire.take());
  }
  return {
    statements: median(taken.map(({ statements }) => statements)),
    round_trips: median(taken.map(({ roundTrips }) => roundTrips)),
  };
}

/** Over one connection, and under load where the effort allows it. */
async function measureHttp({ api, http, askerOf }: Instruments, subject: Case, effort: Effort): Promise<Partial<Row>> {
  const { token } = await askerOf(subject.user);
  const url = api.origin + targetOf(subject);
  const samples = await timeRepeatedly(effort.latency, async () => {
    const { status } = await http.ask(url, token);
    if (status !== subject.status) throw new Error(`${describeCase(subject)} answered ${status}`);
  });
  if (effort.burst === null || !subject.compared) return percentiles(samples);
  const rps = await measureLoad({ url, token, status: subject.status, seconds: effort.burst });
  return { ...percentiles(samples), rps: rps === 0 ? null : round(rps) };
}

async function measureNaive(instruments: Instruments, subject: Case, effort: Effort): Promise<readonly Row[]> {
  const { naive, name, size, workspace, user, id } = subject;
  if (naive === null) return [];
  const path = id === null ? LIST : `${LIST}${id}/`;
  const query = `workspace_id=${workspace}${naive.query === '' ? '' : `&${naive.query}`}`;
  const request = { user: { id: user }, path, query, origin: 'http://bench' };
  const ask = async (client: Instruments['owner']) => {
    const { status } = await answerNaively(client, 'callbot', request, { offset: naive.offset });
    if (status !== subject.status) throw new Error(`naive: ${describeCase(subject)} answered ${status}`);
  };
  const { naiveWire, owner, countedOwner } = instruments;
  naiveWire.take();
  await ask(countedOwner);
  const { statements, roundTrips } = naiveWire.take();
  const times = percentiles(await timeAtOnce(effort.naive, () => ask(owner)));
  return [makeRow({ case: name, variant: 'naive', size, statements, round_trips: roundTrips, ...times })];
}
