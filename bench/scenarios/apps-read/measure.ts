import { connectOwner, type OwnerClient } from 'altiplano';
import {
  type Engine,
  explainUrl,
  findCaller,
  issueToken,
  openWire,
  serve,
  startEngine,
  TEST_KEYS,
  type Wire,
} from 'altiplano/testing';
import { type HttpConnection, openConnection } from '../../measure/http-connection.ts';
import { median, percentiles, type Repetitions, timeAtOnce, timeRepeatedly } from '../../measure/samples.ts';
import { difference } from '../../peers/same.ts';
import { makeRow, type Row } from '../../result/result.ts';
import type { AppBench, AppCase, Place } from './app-bench.ts';
import { withPatience } from './patience.ts';

export interface Effort {
  readonly ours: Repetitions;
  readonly naive: Repetitions;
  /** Milliseconds after which the naive twin is stopped. */
  readonly patience: number;
}

const SECRET = 'bench';

/** How a row says that fast and naive disagree. */
export const DIFFERS = 'answers differ';

interface Bed {
  readonly bench: AppBench;
  readonly effort: Effort;
  readonly owner: OwnerClient;
  readonly counted: OwnerClient;
  readonly wire: Wire;
  readonly naiveWire: Wire;
  readonly engine: Engine;
  readonly http: HttpConnection;
  /** A server, and one whose way to the database counts. */
  readonly origin: string;
  readonly countedOrigin: string;
}

/** A row for each case, size and variant of one app. */
export async function measureApp(url: string, bench: AppBench, effort: Effort): Promise<readonly Row[]> {
  const wire = await openWire(url, 1);
  const naiveWire = await openWire(url, 0);
  const engineAt = (at: string, poolSize: number) =>
    startEngine({ url: at, apps: [bench.app], pepper: SECRET, poolSize, keys: TEST_KEYS });
  const engine = await engineAt(url, 4);
  const server = await serve({ host: '127.0.0.1', port: 0, version: 'bench', logger: false, engine });
  const counting = await serve({
    ...{ host: '127.0.0.1', port: 0, version: 'bench', logger: false },
    engine: await engineAt(wire.url, 1),
  });
  const owner = await connectOwner(url);
  const counted = await connectOwner(naiveWire.url);
  const http = openConnection();
  const bed = { bench, effort, owner, counted, wire, naiveWire, engine, http };
  const rows: Row[] = [];
  try {
    for (const found of await bench.places(owner)) {
      for (const subject of await bench.cases(owner, found)) {
        const place = { ...found, user: subject.user ?? found.user };
        const token = await issueToken(url, bench.app.name, place.user, [], SECRET);
        const where = { origin: server.origin, countedOrigin: counting.origin };
        rows.push(...(await measureCase({ ...bed, ...where }, place, token, subject)));
      }
    }
  } finally {
    http.close();
    await Promise.all([server.stop(), counting.stop(), owner.end(), counted.end()]);
    await Promise.all([wire.close(), naiveWire.close()]);
  }
  return rows;
}

async function measureCase(bed: Bed, place: Place, token: string, subject: AppCase): Promise<readonly Row[]> {
  const named = { case: `${bed.bench.app.name} ${subject.name}`, size: place.size };
  const ask = async (origin: string) => {
    const { method = 'GET', target, body } = subject;
    const headers = {
      authorization: `Bearer ${token}`,
      ...headersOf(bed.bench, place),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    };
    const sent = body === undefined ? {} : { body: JSON.stringify(body) };
    const heard = await bed.http.ask({ url: `${origin}${target}`, method, headers, ...sent });
    if (heard.status >= 300)
      throw new Error(`${method} ${target} answered ${heard.status}: ${heard.body.slice(0, 300)}`);
    return heard.body;
  };
  const ours = makeRow({
    ...named,
    variant: 'altiplano',
    ...(await countOurs(bed, ask)),
    buffers: await buffersOf(bed, place, subject),
    ...percentiles(await timeRepeatedly(bed.effort.ours, () => ask(bed.origin))),
  });
  return subject.naive === null
    ? [ours]
    : [ours, await measureNaive(bed, place, subject, { asked: subject.naive, named, ours: await ask(bed.origin) })];
}

function headersOf({ app: { identity } }: AppBench, { said }: Place): Readonly<Record<string, string>> {
  const { tenancies } = identity;
  if (tenancies === undefined || said === undefined) return {};
  return Object.fromEntries(tenancies.headers.map((header, index) => [header, said[index] ?? '']));
}

/** The median of three, after one that finds out who asks: that is kept for a second. */
async function countOurs(
  { wire, countedOrigin }: Bed,
  ask: (origin: string) => Promise<string>,
): Promise<Partial<Row>> {
  const taken = [];
  for (let turn = 0; turn < 4; turn++) {
    wire.take();
    await ask(countedOrigin);
    if (turn > 0) taken.push(wire.take());
  }
  return {
    statements: median(taken.map(({ statements }) => statements)),
    round_trips: median(taken.map(({ roundTrips }) => roundTrips)),
  };
}

/** Of a read: what its statement touches once everything is in memory. */
async function buffersOf({ engine, bench }: Bed, { user, said }: Place, { method = 'GET', target }: AppCase) {
  const url = new URL(target, 'http://bench');
  const service = engine.services.find(({ resource }) => resource.reads && url.pathname.startsWith(resource.path));
  const caller = service === undefined ? null : await findCaller(service.pool, bench.app, user, said ?? null);
  if (method !== 'GET' || service === undefined || caller === null) return null;
  await explainUrl(service, caller, url);
  return (await explainUrl(service, caller, url)).explained.buffers;
}

interface Compared {
  readonly asked: NonNullable<AppCase['naive']>;
  readonly named: { readonly case: string; readonly size: number };
  /** What fast says. */
  readonly ours: string;
}

/** Within patience; one that took long is not asked again. */
async function measureNaive(
  { bench, owner, counted, naiveWire, effort }: Bed,
  place: Place,
  { target, name }: AppCase,
  { asked, named, ours }: Compared,
): Promise<Row> {
  const { pathname } = new URL(target, 'http://bench');
  const ask = async (client: OwnerClient) => {
    const { status, body } = await bench.naive(client, place, pathname, asked);
    if (status !== 200) throw new Error(`naive: ${name} answered ${status}`);
    return body;
  };
  const began = performance.now();
  const body = await withPatience(effort.patience, counted, owner, () => {
    naiveWire.take();
    return ask(counted);
  });
  const took = performance.now() - began;
  const { statements, roundTrips } = naiveWire.take();
  if (body === null)
    return makeRow({ ...named, variant: 'naive', note: `no answer within ${effort.patience / 1000} s` });
  const samples = took > effort.naive.milliseconds ? [took] : await timeAtOnce(effort.naive, () => ask(owner));
  const found = difference(withoutLinks(ours), withoutLinks(body));
  const note = found === null ? 'same answer' : `${DIFFERS}: ${found}`;
  return makeRow({ ...named, variant: 'naive', statements, round_trips: roundTrips, ...percentiles(samples), note });
}

/** Where a page leads is not the twin's to say. */
function withoutLinks(text: string): unknown {
  const read: unknown = JSON.parse(text);
  return typeof read === 'object' && read !== null && 'next' in read ? { ...read, next: null, previous: null } : read;
}
