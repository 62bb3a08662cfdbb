import { setTimeout as sleep } from 'node:timers/promises';
import { connectOwner } from 'altiplano';
import { startFolder } from 'altiplano/testing';
import { median, percentiles, round } from '../../../measure/samples.ts';
import { makeRow, type Row } from '../../../result/result.ts';
import { type Case, listCase, targetOf } from '../../callbot-read/case.ts';
import { explain } from '../../callbot-read/measure-case.ts';
import type { Bed, Section } from '../bed.ts';
import { type Paced, putBack, writePaced } from '../tail/paced-writes.ts';

const PER_SECOND = 1_000;

/** How long the tail gets under 1,000 writes a second with a folder at work, and what pages and counts cost meanwhile. */
export const tail: Section = {
  name: 'tail',
  async *measure(bed) {
    // The folds are timed, so the folder is ours: it must be there before a server's.
    await bed.closeInstruments();
    const folds: { readonly rows: number; readonly milliseconds: number }[] = [];
    let leads: () => void = () => {};
    const leading = new Promise<void>((resolve) => {
      leads = resolve;
    });
    const folder = startFolder({
      url: bed.url(),
      observe: (seen) => {
        if (seen.kind === 'folder.leading' && seen.leading) leads();
        if (seen.kind === 'fold.passed' && seen.title === 'callbot.customer_bitmap') folds.push(seen);
      },
    });
    try {
      await leading;
      const before = await readBuffers(bed);
      const stopping = new AbortController();
      const lengths = sampleLengths(bed, stopping.signal);
      const reading = readMeanwhile(bed, stopping.signal);
      const written = await writePaced(bed.url(), PER_SECOND, bed.effort.tailSeconds).finally(() => stopping.abort());
      const [seen, reads] = await Promise.all([lengths, reading]);
      await settle(bed);
      yield [...rowsOf(bed, written, seen, folds), ...reads.rows, readingTail(bed, before, reads.buffers)];
    } finally {
      await putBack(bed.url());
      await folder.stop();
    }
  },
};

const LENGTH = 'select coalesce(sum(entries), 0)::int as entries from callbot.customer_bitmap_pending(1000)';

/** Unfolded entries, once a second. */
async function sampleLengths({ url }: Bed, signal: AbortSignal): Promise<readonly number[]> {
  const client = await connectOwner(url());
  const lengths: number[] = [];
  try {
    while (!signal.aborted) {
      lengths.push((await client.query<{ entries: number }>(LENGTH)).rows[0]?.entries ?? 0);
      await sleep(1_000, undefined, { signal }).catch(() => {});
    }
    return lengths;
  } finally {
    await client.end();
  }
}

const subjectsOf = ({ big }: Bed): readonly Case[] => {
  const changes = { naive: null, compared: false };
  return [
    listCase(big, 'tail: page without filters meanwhile', '', changes),
    listCase(big, 'tail: filtered page meanwhile', 'status=active&quality__neq=dead&checked=true', changes),
    listCase(big, 'tail: count meanwhile', 'count=exact&status=active&quality__neq=dead&checked=true', changes),
    listCase(big, 'tail: search meanwhile', 'search=kowalski&status=active', changes),
  ];
};

/** One reader, who asks in turn and now and then has the buffers counted. */
async function readMeanwhile(bed: Bed, signal: AbortSignal) {
  const instruments = await bed.instruments();
  const subjects = subjectsOf(bed);
  const times = new Map<Case, number[]>(subjects.map((subject) => [subject, []]));
  const buffers = new Map<Case, number>();
  for (let turn = 0; !signal.aborted; turn++) {
    const subject = subjects[turn % subjects.length] as Case;
    const { token } = await instruments.askerOf(subject.user);
    const started = performance.now();
    const { status } = await instruments.http.ask(instruments.api.origin + targetOf(subject), token);
    if (status !== 200) throw new Error(`${subject.name} answered ${status}`);
    times.get(subject)?.push(performance.now() - started);
    if (turn % 37 === 0) {
      const { explained } = await explain(instruments, subject);
      buffers.set(subject, Math.max(explained.buffers, buffers.get(subject) ?? 0));
    }
    await sleep(10);
  }
  const rows = subjects.map((subject) =>
    makeRow({
      case: subject.name,
      variant: 'altiplano',
      size: bed.big.size,
      buffers: buffers.get(subject) ?? null,
      ...percentiles(times.get(subject) ?? []),
      note: `${times.get(subject)?.length} answers over HTTP`,
    }),
  );
  return { rows, buffers };
}

function rowsOf(
  bed: Bed,
  { samples, perSecond }: Paced,
  lengths: readonly number[],
  folds: readonly { readonly rows: number; readonly milliseconds: number }[],
): readonly Row[] {
  const named = { variant: 'altiplano', size: bed.big.size };
  const rows = folds.map((fold) => fold.rows);
  return [
    makeRow({
      ...named,
      case: 'tail: writes',
      ...percentiles(samples),
      rps: round(perSecond),
      note: `single-row writes, durable, paced at ${PER_SECOND} a second for ${bed.effort.tailSeconds} s; times from when each was due`,
    }),
    makeRow({
      ...named,
      case: 'tail: length',
      note: `at most ${Math.max(0, ...lengths)} entries, median ${lengths.length > 0 ? median(lengths) : 0}; each second: ${lengths.join(' ')}`,
    }),
    makeRow({
      ...named,
      case: 'tail: folds',
      ...percentiles(folds.map(({ milliseconds }) => milliseconds)),
      note: `${folds.length} folds, ${rows.length > 0 ? median(rows) : 0} entries at the median, ${Math.max(0, ...rows)} at most`,
    }),
  ];
}

const SETTLED_MS = 60_000;

async function settle({ url }: Bed): Promise<void> {
  const client = await connectOwner(url());
  try {
    for (const deadline = performance.now() + SETTLED_MS; performance.now() < deadline; await sleep(200))
      if ((await client.query<{ entries: number }>(LENGTH)).rows[0]?.entries === 0) return;
    throw new Error(`the tail was not folded within ${SETTLED_MS / 1000} s`);
  } finally {
    await client.end();
  }
}

/** Of each question; with nothing unfolded, before anything is written. */
async function readBuffers(bed: Bed): Promise<ReadonlyMap<string, number>> {
  const instruments = await bed.instruments();
  const found = new Map<string, number>();
  for (const subject of subjectsOf(bed))
    found.set(subject.name, (await explain(instruments, subject)).explained.buffers);
  return found;
}

/** What pages and counts cost beyond what they cost without a tail. */
function readingTail(bed: Bed, before: ReadonlyMap<string, number>, during: ReadonlyMap<Case, number>): Row {
  const more = [...during].map(([subject, buffers]) => buffers - (before.get(subject.name) ?? 0));
  return makeRow({
    case: 'tail: reading it',
    variant: 'altiplano',
    size: bed.big.size,
    buffers: Math.max(0, ...more),
    note: 'the most that a page or count read more than before, with nothing unfolded; aim ≤ 100',
  });
}
