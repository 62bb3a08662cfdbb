import type { Question } from '../../../measure/http-connection.ts';
import type { Peer } from '../../../peers/peer.ts';
import { postgraphile } from '../../../peers/postgraphile-peer.ts';
import { bare, cure, drizzle } from '../../../peers/rest-peers.ts';
import { nameOf, startPeer } from '../../../peers/start.ts';
import { makeRow, type Row } from '../../../result/result.ts';
import { startApiServer } from '../../../server/api-server.ts';
import { targetOf } from '../../callbot-read/case.ts';
import { SECRET } from '../../callbot-read/instruments.ts';
import type { Bed, Section } from '../bed.ts';
import { type Contender, measureFilters, measurePages } from '../contest.ts';
import { createCureIndexes, dropCureIndexes } from '../cure-indexes.ts';
import { caseOf } from '../pages.ts';
import { settingOf } from '../peer-setting.ts';

const PEERS: readonly Peer[] = [cure, bare, drizzle, postgraphile];

/** The described cure and the peers, each in its own process, in turns with Altiplano on the same pages. */
export const peers: Section = {
  name: 'peers',
  async *measure(bed) {
    try {
      yield await createCureIndexes(bed);
      for (const [done, peer] of PEERS.entries()) {
        bed.tell({ name: 'peers', done, total: PEERS.length });
        yield* measurePeer(bed, peer);
      }
      bed.tell({ name: 'peers', done: PEERS.length, total: PEERS.length });
    } finally {
      await dropCureIndexes(bed);
    }
  },
};

async function* measurePeer(bed: Bed, peer: Peer): AsyncIterable<readonly Row[]> {
  const setting = await settingOf(bed);
  const variant = nameOf(peer);
  const server = await startPeer(peer, setting, bed.installs, bed.note).catch((error: unknown) => {
    bed.note(`SKIPPED: ${variant}: ${String(error).slice(0, 300)}`);
    return null;
  });
  if (server === null) {
    yield [makeRow({ case: 'peer: first page', variant, size: bed.big.size, note: 'skipped: it does not run here' })];
    return;
  }
  const api = await startApiServer(bed.url(), SECRET);
  const authorization = `Bearer ${setting.token}`;
  const signed = (question: Question): Question => ({ ...question, headers: { ...question.headers, authorization } });
  const contender: Contender = { peer, variant, server, signed };
  const ours = (page: Parameters<typeof caseOf>[0]) => signed({ url: api.origin + targetOf(caseOf(page)) });
  try {
    yield* measurePages(bed, contender, ours);
    if (peer.filters) yield* measureFilters(bed, contender);
  } finally {
    await Promise.all([server.stop(), api.stop()]);
    await peer.undo?.(bed.url());
  }
}
