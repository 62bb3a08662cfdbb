import { alternate, type Paired } from '../../measure/alternate.ts';
import { closedLoop } from '../../measure/closed-loop.ts';
import { type Heard, type HttpConnection, openConnection, type Question } from '../../measure/http-connection.ts';
import { percentiles, round, timeAtOnce } from '../../measure/samples.ts';
import type { Asked, Peer } from '../../peers/peer.ts';
import { difference } from '../../peers/same.ts';
import { makeRow, type Row } from '../../result/result.ts';
import type { ServerProcess } from '../../server/program.ts';
import type { Bed } from './bed.ts';
import type { Page } from './pages.ts';
import { filterCases, oldestCases } from './sections/filters.ts';

export interface Contender {
  readonly peer: Peer;
  readonly variant: string;
  readonly server: ServerProcess;
  /** With what the server wants to know the caller by. */
  readonly signed: (question: Question) => Question;
}

/** No load on what takes longer than this for one: it would tell nothing more. */
const SLOW = 400;
const CONNECTIONS = 16;

/** The big workspace's pages: one connection, then 16 in turns with Altiplano; the answers compared. */
export async function* measurePages(bed: Bed, contender: Contender, ours: (page: Page) => Question) {
  for (const page of bed.pages.filter(({ tenant }) => tenant === bed.big)) {
    const { name, tenant, after, offset } = page;
    const named = { case: `peer: ${name}`, size: bed.big.size };
    const asked = { case: name, workspace: tenant.workspace, after, offset, query: '' };
    const timed = await measureAsked(bed, contender, asked);
    if (timed.samples === null) {
      yield [makeRow({ ...named, variant: contender.variant, note: timed.note })];
      continue;
    }
    const same = await compare(contender, timed.body, ours(page));
    const theirs = { ...named, variant: contender.variant, ...percentiles(timed.samples) };
    if ((theirs.p50_ms ?? 0) > SLOW) {
      yield [makeRow({ ...theirs, note: `${same}; too slow for a load` })];
      continue;
    }
    const { one, other, ratio, least, most } = await inTurns(bed, ours(page), timed.question);
    const factor = `altiplano ${ratio.toFixed(2)} times its rate (${least.toFixed(2)} to ${most.toFixed(2)})`;
    const note = `${same}; ${factor}, ${CONNECTIONS} connections in turns`;
    yield [
      makeRow({ ...theirs, rps: round(other), peak_rss_mb: contender.server.peakMegabytes(), note }),
      makeRow({ ...named, variant: 'altiplano', rps: round(one), note: `beside ${contender.variant}` }),
    ];
  }
}

async function inTurns({ effort }: Bed, ours: Question, theirs: Question): Promise<Paired> {
  const rate = (question: Question) => async () => {
    const work = async (connection: HttpConnection) => {
      const { status } = await connection.ask(question);
      if (status !== 200) throw new Error(`${question.url} answered ${status}`);
      return '';
    };
    return (await closedLoop({ connections: CONNECTIONS, seconds: effort.pairSeconds, work })).perSecond;
  };
  return alternate(effort.pairs, rate(ours), rate(theirs));
}

/** Every filter family, over one connection. */
export async function* measureFilters(bed: Bed, contender: Contender): AsyncIterable<readonly Row[]> {
  const own = (await filterCases(bed)).filter(
    ({ size, user, status }) => size === bed.big.size && user === bed.big.admin && status === 200,
  );
  const cases = [...own, ...oldestCases(bed.big)].filter(({ query }) => !query.includes('count=estimated'));
  for (const [done, { name, size, workspace, query, id }] of cases.entries()) {
    bed.tell({ name: `${contender.variant}: filters`, done, total: cases.length });
    const filter = id === null ? query : `id=${id}`;
    const { samples, note } = await measureAsked(bed, contender, {
      case: name,
      workspace,
      after: null,
      offset: 0,
      query: filter,
    });
    yield [
      makeRow({
        case: name,
        variant: contender.variant,
        size,
        ...(samples === null ? {} : percentiles(samples)),
        note,
      }),
    ];
  }
  bed.tell({ name: `${contender.variant}: filters`, done: cases.length, total: cases.length });
}

type Timed =
  | { readonly samples: null; readonly note: string }
  | { readonly samples: readonly number[]; readonly note: null; readonly body: string; readonly question: Question };

/** One that takes long is measured once; one that is given up says so. */
async function measureAsked(bed: Bed, { peer, server, signed }: Contender, asked: Asked): Promise<Timed> {
  const { latency, naive, patience } = bed.effort;
  const connection = openConnection(patience + 5_000);
  try {
    const send = async (question: Question) => (await connection.ask(signed(question))).body;
    const question = signed(await peer.questionOf(server.origin, asked, send));
    const started = performance.now();
    const { status, body }: Heard = await connection.ask(question);
    const first = performance.now() - started;
    if (status !== 200 || /"errors":\[/.test(body.slice(0, 200)))
      return { samples: null, note: `given up after ${(first / 1000).toFixed(1)} s: ${status} ${body.slice(0, 120)}` };
    const samples =
      first > naive.milliseconds + 200 ? [first] : await timeAtOnce(latency, () => connection.ask(question));
    return { samples, note: null, body, question };
  } finally {
    connection.close();
  }
}

async function compare({ peer, variant }: Contender, body: string, ours: Question): Promise<string> {
  const connection = openConnection();
  const expected = JSON.parse((await connection.ask(ours)).body).results;
  connection.close();
  const found = difference(peer.itemsOf(body), expected);
  if (found !== null) console.error(`${variant} answers differently: ${found}`);
  return found === null ? 'answer equal' : `answer differs at ${found}`;
}
