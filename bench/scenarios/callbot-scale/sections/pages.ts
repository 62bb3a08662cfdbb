import { closedLoop } from '../../../measure/closed-loop.ts';
import type { HttpConnection } from '../../../measure/http-connection.ts';
import { percentiles, round } from '../../../measure/samples.ts';
import { makeRow, type Row } from '../../../result/result.ts';
import { type ApiServer, startApiServer } from '../../../server/api-server.ts';
import { type Case, targetOf } from '../../callbot-read/case.ts';
import { SECRET } from '../../callbot-read/instruments.ts';
import { measureCase } from '../../callbot-read/measure-case.ts';
import type { Bed, Section } from '../bed.ts';
import { caseOf } from '../pages.ts';

const CONNECTIONS = [1, 4, 16];

/** First, hundredth, last and busy page of both workspaces: cost, one connection, and percentiles of 1, 4 and 16. */
export const pages: Section = {
  name: 'pages',
  async *measure(bed) {
    const instruments = await bed.instruments();
    for (const tenant of [bed.big, bed.small]) {
      const cases = bed.pages.filter((page) => page.tenant === tenant).map(caseOf);
      for (const subject of cases)
        yield await measureCase(instruments, { ...subject, naive: null }, { ...bed.effort, burst: null });
      // A fresh one, so that the peak of memory is this workspace's.
      const api = await startApiServer(bed.url(), SECRET);
      try {
        for (const [done, subject] of cases.entries()) {
          bed.tell({ name: `pages of ${tenant.size}`, done, total: cases.length });
          yield await measureLoops(bed, api, subject);
        }
        bed.tell({ name: `pages of ${tenant.size}`, done: cases.length, total: cases.length });
      } finally {
        await api.stop();
      }
    }
  },
};

async function measureLoops({ instruments, effort }: Bed, api: ApiServer, subject: Case): Promise<readonly Row[]> {
  const { name, size, user, status: expected } = subject;
  const { token } = await (await instruments()).askerOf(user);
  const question = { url: api.origin + targetOf(subject), headers: { authorization: `Bearer ${token}` } };
  const work = async (connection: HttpConnection) => {
    const { status } = await connection.ask(question);
    if (status !== expected) throw new Error(`${name} answered ${status}`);
    return name;
  };
  const rows: Row[] = [];
  await closedLoop({ connections: 16, seconds: effort.loopSeconds / 2, work });
  for (const connections of CONNECTIONS) {
    const { samples, perSecond } = await closedLoop({ connections, seconds: effort.loopSeconds, work });
    const figures = {
      ...percentiles(samples.get(name) ?? []),
      rps: round(perSecond),
      peak_rss_mb: api.peakMegabytes(),
    };
    const title = `${connections} ${connections === 1 ? 'connection' : 'connections'}: ${name}`;
    rows.push(makeRow({ case: title, variant: 'altiplano', size, ...figures }));
  }
  return rows;
}
