import { alternate, type Paired } from '../../measure/alternate.ts';
import { CONNECTIONS, measureLoad } from '../../measure/load.ts';
import { runPgbench } from '../../measure/pgbench.ts';
import { round } from '../../measure/samples.ts';
import { makeRow, type Row } from '../../result/result.ts';
import { startApiServer } from '../../server/api-server.ts';
import type { ProcessFigures } from '../../server/process-figures.ts';
import { type Case, targetOf } from './case.ts';
import { type Instruments, POOL, SECRET } from './instruments.ts';
import { explain, workOf } from './measure-case.ts';
import type { Effort } from './volume.ts';

export const AIM = 0.85;

export interface Throughput {
  readonly rows: readonly Row[];
  readonly paired: Paired;
}

/**
 * Answers a second: the server, the same statement without it, and pgbench. Server and limit take turns. Each server is
 * a fresh process, so its peak of memory is that of this workspace alone.
 */
export async function measureThroughput(
  instruments: Instruments,
  subject: Case,
  { pairs, pairSeconds }: Effort,
): Promise<Throughput> {
  const { limit, askerOf, url, engine } = instruments;
  const { token } = await askerOf(subject.user);
  const explanation = await explain(instruments, subject);
  const work = workOf(subject, explanation, true);
  const api = await startApiServer(url, SECRET);
  try {
    const target = { url: api.origin + targetOf(subject), token, status: subject.status };
    const load = (seconds: number) => measureLoad({ ...target, seconds });
    // Once each untimed: connections are opened, statements prepared, code compiled.
    await load(pairSeconds / 2);
    await limit.throughput(work, pairSeconds / 2);
    const used = watchProcessors(api, limit);
    const paired = await alternate(
      pairs,
      () => load(pairSeconds),
      () => limit.throughput(work, pairSeconds),
    );
    const named = { case: `throughput: ${subject.name}`, size: subject.size, statements: 1, round_trips: 1 };
    const ours = makeRow({
      ...named,
      variant: 'altiplano',
      rps: round(paired.one),
      peak_rss_mb: api.peakMegabytes(),
      note: `${describe(paired, pairs)}; ${used(paired, pairs * pairSeconds)}`,
    });
    const note = `${POOL} connections, each busy`;
    const bare = makeRow({ ...named, variant: 'limit', rps: round(paired.other), note });
    const peer = await runPgbench({ url, work, connections: POOL, seconds: pairSeconds, options: sessionOf(engine) });
    const bench = peer === null ? [] : [makeRow({ ...named, variant: peer.name, rps: round(peer.perSecond), note })];
    return { rows: [ours, bare, ...bench], paired };
  } finally {
    await api.stop();
  }
}

/** The processor time behind an answer, the database's apart: what the shared cores spend beside it. */
function watchProcessors(api: ProcessFigures, limit: ProcessFigures): (paired: Paired, seconds: number) => string {
  const generator = () => process.cpuUsage().user / 1e6 + process.cpuUsage().system / 1e6;
  const began = [api.cpuSeconds(), generator(), limit.cpuSeconds()];
  return ({ one, other }, seconds) => {
    const ended = [api.cpuSeconds(), generator(), limit.cpuSeconds()];
    const [server, load, bare] = ended.map((now, index) => {
      const before = began[index] ?? null;
      const answers = (index === 2 ? other : one) * seconds;
      return now === null || before === null ? 'unknown' : `${(((now - before) * 1000) / answers).toFixed(2)} ms`;
    });
    return `processor time of an answer beside the database's: server ${server}, load generator ${load}; limit's client ${bare}`;
  };
}

/** The planner settings and the role of the server's connections, as libpq takes them. */
function sessionOf({ pool }: Instruments['engine']): string {
  return pool.options.options ?? '';
}

export function describeRatio({ ratio, least, most }: Paired): string {
  return `${ratio.toFixed(2)} (${least.toFixed(2)} to ${most.toFixed(2)}), aim ≥ ${AIM}`;
}

function describe(paired: Paired, pairs: number): string {
  return [
    `altiplano / limit ${describeRatio(paired)}, ${pairs} pairs in turns`,
    `${CONNECTIONS} HTTP connections on ${POOL} to the database`,
    'load generator, server and database share the cores; for the limit, its client and the database',
  ].join('; ');
}
